// The part of aws4 the stand-in uses; the package carries no types.
declare module 'aws4' {
  type Request = {
    readonly service: string;
    readonly region: string;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Buffer;
    readonly doNotModifyHeaders: true;
    readonly extraHeadersToInclude: Readonly<Record<string, true>>;
  };
  class RequestSigner {
    constructor(request: Request, credentials: { accessKeyId: string; secretAccessKey: string });
    datetime: string;
    signature(): string;
  }
  const aws4: { readonly RequestSigner: typeof RequestSigner };
  export = aws4;
}
