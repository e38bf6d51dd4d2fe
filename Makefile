# Everything a checkout needs; every target sets up what it uses. A machine needs npm, git and make: Bun and Node 24
# come as locked packages of the npm registry and are called by path.

MAKEFLAGS += --no-builtin-rules
SHELL := /bin/sh
PREFIX ?= /usr/local
DESTDIR ?=

# Looked up when used, since npm puts them there. Where the registry has no Node 24 for a platform, the system's serves.
BUN = $(shell ls -d node_modules/@oven/bun-*/bin/bun* 2>/dev/null | head -n 1)
NODE = $(or $(shell ls -d node_modules/node-*/bin/node 2>/dev/null | head -n 1),node)
TOOL = $(NODE) node_modules
ADDON = $(patsubst %,--asset=%,$(wildcard node_modules/@napi-rs/keyring-darwin-*/*.node node_modules/@napi-rs/keyring-win32-*/*.node))

# What `ccvault --version --verbose` tells; nothing where this is no git checkout.
COMMIT = $(shell git describe --always --abbrev=40 --exclude='*' --dirty 2>/dev/null)

DEPENDENCIES := node_modules/.package-lock.json
SOURCES := $(shell find src -name '*.ts')
UNIT_TESTS_OF_BOTH := $(shell find test/unit -name '*.test.ts' -not -path 'test/unit/aws/*' -not -path 'test/unit/system/*')

.PHONY: build standalone npm dist verify-dist demo test test-unit test-one test-bare test-bun torture fuzz check bench completions format picture install clean

build: standalone npm
standalone: dist/ccvault
npm: dist/npm/package.json

$(DEPENDENCIES): package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# The compiled program reads nothing from the current directory: no .env, bunfig.toml, tsconfig.json, package.json.
# The keyring addon is carried where it serves, on macOS and Windows; Linux's Secret Service is spoken to without one.
COMPILE_FLAGS = --compile --minify --bytecode --format=esm --splitting --compile-jit-policy=10 \
  --no-compile-autoload-dotenv --no-compile-autoload-bunfig \
  --no-compile-autoload-tsconfig --no-compile-autoload-package-json --external=@napi-rs/keyring \
  --define=CCVAULT_COMMIT='"$(COMMIT)"'

dist/ccvault: $(DEPENDENCIES) $(SOURCES) package.json $(wildcard packaging/elf/*.ts)
	@mkdir -p dist
	$(BUN) build src/main.ts $(COMPILE_FLAGS) $(ADDON) --outfile $@.new
	$(NODE) packaging/elf/main.ts $@.new
	mv $@.new $@

# Both are made beside their place and moved there, so that nobody ever runs half a build.
dist/npm/package.json: $(DEPENDENCIES) $(SOURCES) package.json rolldown.config.ts README.md LICENSE
	rm -rf dist/npm.new
	COMMIT=$(COMMIT) $(TOOL)/rolldown/bin/cli.mjs -c rolldown.config.ts
	chmod 755 dist/npm.new/ccvault.mjs
	cp README.md LICENSE dist/npm.new/
	$(NODE) test/support/npm-package.ts > dist/npm.new/package.json
	rm -rf dist/npm && mv dist/npm.new dist/npm

# Everything that is published, for every platform, into dist/release: packaging/README.md. The runtimes of the other
# platforms are installed for this alone; npm has to be told to (--force), since they do not run here.
PLATFORMS := packaging/platforms/node_modules/.package-lock.json
$(PLATFORMS): packaging/platforms/package.json packaging/platforms/package-lock.json
	npm ci --prefix packaging/platforms --force --ignore-scripts --no-audit --no-fund
	@touch $@

dist: $(DEPENDENCIES) $(PLATFORMS) npm
	@$(NODE) packaging/build.ts $(abspath $(BUN)) $(COMPILE_FLAGS)

# Runs what this machine can run of it and says what it cannot, in dist/release/VERIFIED.md: packaging/README.md.
# To look at a part: make verify-dist CHECKS='windows-x64 .deb'
verify-dist: $(DEPENDENCIES)
	@$(NODE) packaging/verify/main.ts $(CHECKS)

demo: dist/ccvault
	@$(NODE) test/demo/demo.ts

# Script tests run under Node over both builds; unit tests of pure code under Bun as well.
FILES_AT_ONCE = 2
RUN_TESTS = $(NODE) --test --test-concurrency=$(FILES_AT_ONCE) --test-timeout=600000 --test-reporter=spec

test: build
	$(RUN_TESTS) 'test/**/*.test.ts'

# Pure code and single adapters, within half a minute and without a build. Every file is a process of its own: Node keeps
# what it compiled for the next run, and four at once fill two cores, since some wait for a server of theirs.
test-unit: FILES_AT_ONCE = 4
test-unit: export NODE_COMPILE_CACHE = $(CURDIR)/node_modules/.cache/test-unit
test-unit: $(DEPENDENCIES)
	$(RUN_TESTS) 'test/unit/**/*.test.ts'

# One file, or all that a pattern fits: make test-one FILE=test/unit/core/proxy.test.ts, or FILE='test/git/*.test.ts'.
# One script: SCRIPT=exec-mfa make test-one FILE=test/script/scripts.test.ts
test-one: build
	$(RUN_TESTS) '$(FILE)'

# As on a machine with Node, git and make alone, whatever else is installed here; some files with BARE='test/git/*.test.ts'.
test-bare: build
	$(NODE) test/support/bare.ts $(if $(BARE),'$(BARE)')

# Every interruption, damage, race and stranger, on both builds: test/torture/README.md.
torture: build
	@$(NODE) test/torture/torture.ts

test-bun: $(DEPENDENCIES)
	$(BUN) test $(UNIT_TESTS_OF_BOTH)

# Property tests, for FUZZ_MINUTES (1) or until FUZZ_INPUTS inputs were tried: test/fuzz/README.md.
fuzz: build
	@$(NODE) test/fuzz/main.ts

check: $(DEPENDENCIES)
	$(TOOL)/typescript/bin/tsc --noEmit -p .
	$(TOOL)/oxlint/bin/oxlint --deny-warnings
	$(TOOL)/oxfmt/bin/oxfmt --check
	$(TOOL)/knip/bin/knip.js
	$(TOOL)/knip/bin/knip.js --production --config knip.production.json
	$(NODE) test/support/check-structure.ts

bench: build
	@$(NODE) test/bench/bench.ts
	@$(NODE) test/bench/servers.ts

completions: $(DEPENDENCIES)
	$(NODE) test/support/write-completions.ts

# The picture of a session in the README, made anew from the program as it is.
picture: dist/ccvault
	$(NODE) test/docs/picture.ts

format: $(DEPENDENCIES)
	$(TOOL)/oxfmt/bin/oxfmt

install: dist/ccvault
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 dist/ccvault $(DESTDIR)$(PREFIX)/bin/ccvault
	ln -sf ccvault $(DESTDIR)$(PREFIX)/bin/git-credential-ccvault
	ln -sf ccvault $(DESTDIR)$(PREFIX)/bin/git-remote-codecommit
	install -m 644 completions/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 completions/ccvault.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ccvault
	install -m 644 completions/_ccvault $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ccvault
	install -m 644 completions/ccvault.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ccvault.fish

clean:
	rm -rf dist
