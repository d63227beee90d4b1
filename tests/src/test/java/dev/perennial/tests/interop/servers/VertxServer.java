package dev.perennial.tests.interop.servers;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;

/** Vert.x. */
final class VertxServer implements OtherServer {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;

  VertxServer(Conduct conduct) throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(0)
            .addWebSocketSubProtocol(SUBPROTOCOL);
    this.server =
        vertx
            .createHttpServer(options)
            .webSocketHandler(
                socket -> {
                  Peer peer = new SocketPeer(socket);
                  socket.textMessageHandler(text -> conduct.heard(peer, text));
                  socket.pongHandler(payload -> conduct.ponged(peer));
                  conduct.opened(peer, socket.query());
                })
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, SECONDS);
  }

  @Override
  public int port() {
    return server.actualPort();
  }

  @Override
  public void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
  }

  private record SocketPeer(ServerWebSocket socket) implements Peer {
    @Override
    public void send(String text) {
      var unused = socket.writeTextMessage(text);
    }

    @Override
    public void ping() {
      var unused = socket.writePing(Buffer.buffer("now"));
    }

    @Override
    public void close() {
      var unused = socket.close();
    }
  }
}
