package dev.perennial.tests.interop.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/** Tomcat with Jakarta WebSocket. */
final class TomcatServer implements OtherServer {
  private static final Logger LOG = Logger.getLogger("org.apache");

  private final Tomcat tomcat = new Tomcat();

  TomcatServer(Conduct conduct, Path folder) throws Exception {
    LOG.setLevel(Level.OFF);
    tomcat.setBaseDir(folder.toString());
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", folder.toString());
    context.addServletContainerInitializer(new WsSci(), null);
    context.addServletContainerInitializer(
        (classes, servlets) -> {
          try {
            ((ServerContainer) servlets.getAttribute(ServerContainer.class.getName()))
                .addEndpoint(configurationOf(conduct));
          } catch (DeploymentException e) {
            throw new IllegalStateException(e);
          }
        },
        null);
    Tomcat.addServlet(context, "default", new DefaultServlet()).addMapping("/");
    tomcat.start();
  }

  private static ServerEndpointConfig configurationOf(Conduct conduct) {
    return ServerEndpointConfig.Builder.create(TickEndpoint.class, "/ticks")
        .subprotocols(List.of(SUBPROTOCOL))
        .configurator(
            new ServerEndpointConfig.Configurator() {
              @Override
              public <T> T getEndpointInstance(Class<T> type) {
                return type.cast(new TickEndpoint(conduct));
              }
            })
        .build();
  }

  @Override
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
  }

  /** One WebSocket. */
  public static final class TickEndpoint extends Endpoint {
    private final Conduct conduct;

    TickEndpoint(Conduct conduct) {
      this.conduct = conduct;
    }

    @Override
    public void onOpen(Session session, EndpointConfig configuration) {
      Peer peer = new SessionPeer(session);
      session.addMessageHandler(
          new MessageHandler.Whole<String>() {
            @Override
            public void onMessage(String text) {
              conduct.heard(peer, text);
            }
          });
      session.addMessageHandler(
          new MessageHandler.Whole<PongMessage>() {
            @Override
            public void onMessage(PongMessage pong) {
              conduct.ponged(peer);
            }
          });
      conduct.opened(peer, session.getQueryString());
    }

    /** The client is gone. */
    @Override
    public void onError(Session session, Throwable failure) {}
  }

  private record SessionPeer(Session session) implements Peer {
    private interface Step {
      void run() throws IOException;
    }

    private static void run(Step step) {
      try {
        step.run();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void send(String text) {
      run(() -> session.getBasicRemote().sendText(text));
    }

    @Override
    public void ping() {
      run(() -> session.getBasicRemote().sendPing(ByteBuffer.wrap("now".getBytes(UTF_8))));
    }

    @Override
    public void close() {
      run(session::close);
    }
  }
}
