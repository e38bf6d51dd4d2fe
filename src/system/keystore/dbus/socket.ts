/** A connected unix socket, the same for both runtimes. */
export interface UnixSocket {
  write(bytes: Uint8Array): void;
  close(): void;
}

interface UnixSocketEvents {
  connected(): void;
  data(bytes: Uint8Array): void;
  /** Could not connect (`error.code` says why), or the connection ended. May come more than once. */
  ended(error: NodeJS.ErrnoException | undefined): void;
}

/**
 * Connects to a unix socket; a path that starts with a NUL byte names an abstract one. Bun's own sockets are used
 * where there are any: loading `node:net` there costs 3 ms of a read that takes 8.
 */
export async function connectUnixSocket(path: string, events: UnixSocketEvents): Promise<UnixSocket> {
  return typeof Bun === 'undefined' ? connectInNode(path, events) : connectInBun(path, events);
}

async function connectInNode(path: string, events: UnixSocketEvents): Promise<UnixSocket> {
  const { connect } = await import('node:net');
  const socket = connect({ path });
  socket.on('connect', () => {
    events.connected();
  });
  socket.on('data', (bytes) => {
    events.data(bytes);
  });
  socket.on('error', (error) => {
    events.ended(error);
  });
  socket.on('close', () => {
    events.ended(undefined);
  });
  return {
    write: (bytes) => socket.write(bytes),
    close: () => socket.destroy(),
  };
}

function connectInBun(path: string, events: UnixSocketEvents): UnixSocket {
  let socket: Bun.Socket | undefined;
  let closed = false;
  // What the kernel did not accept at once.
  const unsent: Uint8Array[] = [];

  function flush(): void {
    while (unsent[0] !== undefined) {
      const sent = socket?.write(unsent[0]) ?? 0;
      if (sent < unsent[0].length) {
        unsent[0] = unsent[0].subarray(Math.max(sent, 0));
        return;
      }
      unsent.shift();
    }
  }

  Bun.connect({
    unix: path,
    socket: {
      open: (opened) => {
        socket = opened;
        if (closed) opened.terminate();
        else events.connected();
      },
      data: (_socket, bytes) => {
        events.data(bytes);
      },
      drain: flush,
      close: () => {
        events.ended(undefined);
      },
      error: (_socket, error) => {
        events.ended(error);
      },
      connectError: (_socket, error) => {
        events.ended(error);
      },
    },
  }).catch((error: unknown) => {
    events.ended(error instanceof Error ? error : undefined);
  });
  return {
    write: (bytes) => {
      unsent.push(bytes);
      flush();
    },
    close: () => {
      closed = true;
      socket?.terminate();
    },
  };
}
