package dev.perennial.cli.tail;

/** All options that describe the stream of {@code tail}. */
record TailOptions(
    StreamOptions stream,
    RequestOptions request,
    WebSocketOptions webSocket,
    CursorOptions cursor) {}
