package dev.perennial.tests.interop.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty 12 with its own API. */
final class JettyServer implements OtherServer {
  private final Server server;

  JettyServer(Conduct conduct) throws Exception {
    this.server = new Server(new InetSocketAddress("127.0.0.1", 0));
    server.setHandler(
        WebSocketUpgradeHandler.from(
            server,
            container ->
                container.addMapping(
                    "/ticks",
                    (request, response, callback) -> {
                      response.setAcceptedSubProtocol(SUBPROTOCOL);
                      return new Endpoint(conduct, request.getHttpURI().getQuery());
                    })));
    server.start();
  }

  @Override
  public int port() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  @Override
  public void stop() throws Exception {
    server.stop();
  }

  /** One WebSocket. */
  public static final class Endpoint implements Session.Listener.AutoDemanding, Peer {
    private final Conduct conduct;
    private final String query;
    private volatile Session session;

    Endpoint(Conduct conduct, String query) {
      this.conduct = conduct;
      this.query = query;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
      session = opened;
      conduct.opened(this, query);
    }

    @Override
    public void onWebSocketText(String text) {
      conduct.heard(this, text);
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
      if (payload.hasRemaining()) {
        conduct.ponged(this);
      }
    }

    @Override
    public void send(String text) {
      session.sendText(text, Callback.NOOP);
    }

    @Override
    public void ping() {
      session.sendPing(ByteBuffer.wrap("now".getBytes(UTF_8)), Callback.NOOP);
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
