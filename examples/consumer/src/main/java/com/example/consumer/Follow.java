package com.example.consumer;

import dev.perennial.ndjson.Ndjson;
import dev.perennial.sse.Sse;
import dev.perennial.websocket.WebSockets;
import java.util.function.Function;

/**
 * Follows a stream of ticks over one transport to its end, prints what it receives, and exits with
 * 1 if a tick was lost, duplicated, or out of order.
 */
public final class Follow {
  private Follow() {}

  /** A tick as it is sent over NDJSON and WebSocket. */
  record Tick(String id, String data) {}

  /** Arguments: the transport, which is sse, ndjson or ws, and the address. */
  public static void main(String[] args) throws InterruptedException {
    String transport = args[0];
    String url = args[1];
    boolean whole =
        switch (transport) {
          case "sse" -> new Ticks<String>(transport, Function.identity()).follow(Sse.stream(url));
          case "ndjson" ->
              new Ticks<>(transport, Tick::data).follow(Ndjson.builder(url).stream(Tick.class));
          case "ws" ->
              new Ticks<>(transport, Tick::data)
                  .follow(WebSockets.builder(url).cursorParameter("since").stream(Tick.class));
          default -> throw new IllegalArgumentException("No transport is called " + transport);
        };
    System.exit(whole ? 0 : 1);
  }
}
