/** What glibc reads to find the main thread's stack, for which the runtime asks as it starts. */
const PATH = '/proc/self/maps\0';

const MESSAGE =
  'ccvault: error: /proc/self/maps cannot be read, and ccvault does not start without it\n' +
  'ccvault: hint: mount it: mount -t proc proc /proc\n';

/** Of `e_machine`. */
const EM_X86_64 = 62;
const EM_AARCH64 = 183;

/**
 * The step's machine code, by `e_machine`, given how far behind its first byte the program's own first instruction is.
 * It opens the path and closes it; where that fails, it writes the message on standard error and ends with 1, with 125
 * for `exec`. The registers and the stack that the loader leaves for the program are as they were.
 */
export const STUBS: Readonly<Record<number, (distance: number) => Buffer>> = {
  [EM_X86_64]: x64,
  [EM_AARCH64]: arm64,
};

function x64(distance: number): Buffer {
  const code = fromHex(`
    48 8d 3d 5c 00 00 00    # 00  lea rdi, [rip + PATH]
    31 f6                   # 07  xor esi, esi          O_RDONLY
    b8 02 00 00 00          # 09  mov eax, 2            open
    0f 05                   # 0e  syscall
    85 c0                   # 10  test eax, eax
    78 0e                   # 12  js 22
    89 c7                   # 14  mov edi, eax
    b8 03 00 00 00          # 16  mov eax, 3            close
    0f 05                   # 1b  syscall
    e9 00 00 00 00          # 1d  jmp to the program
    bf 02 00 00 00          # 22  mov edi, 2
    48 8d 35 45 00 00 00    # 27  lea rsi, [rip + MESSAGE]
    ba 00 00 00 00          # 2e  mov edx, its length
    b8 01 00 00 00          # 33  mov eax, 1            write
    0f 05                   # 38  syscall
    bf 01 00 00 00          # 3a  mov edi, 1
    48 8b 44 24 10          # 3f  mov rax, [rsp + 16]   argv[1]
    48 85 c0                # 44  test rax, rax
    74 13                   # 47  je 5c
    81 38 65 78 65 63       # 49  cmp dword [rax], "exec"
    75 0b                   # 4f  jne 5c
    80 78 04 00             # 51  cmp byte [rax + 4], 0
    75 05                   # 55  jne 5c
    bf 7d 00 00 00          # 57  mov edi, 125
    b8 e7 00 00 00          # 5c  mov eax, 231          exit_group
    0f 05                   # 61  syscall`);
  code.writeInt32LE(distance - 0x22, 0x1e);
  code.writeInt32LE(MESSAGE.length, 0x2f);
  return Buffer.concat([code, Buffer.from(PATH + MESSAGE)]);
}

function arm64(distance: number): Buffer {
  const code = fromHex(`
    f3 03 00 aa             # 00  mov x19, x0
    60 0c 80 92             # 04  mov x0, -100          AT_FDCWD
    61 03 00 10             # 08  adr x1, PATH
    02 00 80 d2             # 0c  mov x2, 0             O_RDONLY
    08 07 80 d2             # 10  mov x8, 56            openat
    01 00 00 d4             # 14  svc 0
    a0 00 f8 37             # 18  tbnz w0, 31, 2c
    28 07 80 d2             # 1c  mov x8, 57            close
    01 00 00 d4             # 20  svc 0
    e0 03 13 aa             # 24  mov x0, x19
    00 00 00 14             # 28  b to the program
    40 00 80 d2             # 2c  mov x0, 2
    a1 02 00 10             # 30  adr x1, MESSAGE
    02 00 80 d2             # 34  mov x2, its length
    08 08 80 d2             # 38  mov x8, 64            write
    01 00 00 d4             # 3c  svc 0
    20 00 80 d2             # 40  mov x0, 1
    e1 0b 40 f9             # 44  ldr x1, [sp, 16]      argv[1]
    21 01 00 b4             # 48  cbz x1, 6c
    22 00 40 b9             # 4c  ldr w2, [x1]
    a3 0c 8f 52             # 50  mov w3, "ex"
    a3 6c ac 72             # 54  movk w3, "ec", lsl 16
    5f 00 03 6b             # 58  cmp w2, w3
    81 00 00 54             # 5c  b.ne 6c
    22 10 40 39             # 60  ldrb w2, [x1, 4]
    42 00 00 35             # 64  cbnz w2, 6c
    a0 0f 80 d2             # 68  mov x0, 125
    c8 0b 80 d2             # 6c  mov x8, 94            exit_group
    01 00 00 d4             # 70  svc 0`);
  // Both fields of an instruction count in its own unit: b in four bytes, mov in steps of its bit 5.
  code.writeUInt32LE(code.readUInt32LE(0x28) | (((distance - 0x28) / 4) & 0x03_ff_ff_ff), 0x28);
  code.writeUInt32LE((code.readUInt32LE(0x34) | (MESSAGE.length << 5)) >>> 0, 0x34);
  return Buffer.concat([code, Buffer.from(PATH + MESSAGE)]);
}

function fromHex(listing: string): Buffer {
  return Buffer.from(listing.replaceAll(/#.*|\s/g, ''), 'hex');
}
