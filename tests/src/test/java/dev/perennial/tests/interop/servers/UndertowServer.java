package dev.perennial.tests.interop.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undertow.Undertow;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.core.protocol.Handshake;
import io.undertow.websockets.core.protocol.version13.Hybi13Handshake;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Undertow with its own API. */
final class UndertowServer implements OtherServer {
  private final Undertow undertow;

  UndertowServer(Conduct conduct) {
    WebSocketConnectionCallback callback =
        (exchange, channel) -> {
          Peer peer = new ChannelPeer(channel);
          channel.getReceiveSetter().set(new Listener(conduct, peer));
          channel.resumeReceives();
          conduct.opened(peer, exchange.getQueryString());
        };
    List<Handshake> handshakes = List.of(new Hybi13Handshake(Set.of(SUBPROTOCOL), false));
    this.undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(1)
            .setWorkerThreads(2)
            .setHandler(
                new WebSocketProtocolHandshakeHandler(handshakes, callback)
                    .addExtension(new PerMessageDeflateHandshake()))
            .build();
    undertow.start();
  }

  @Override
  public int port() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @Override
  public void stop() {
    undertow.stop();
  }

  private static final class Listener extends AbstractReceiveListener {
    private final Conduct conduct;
    private final Peer peer;

    Listener(Conduct conduct, Peer peer) {
      this.conduct = conduct;
      this.peer = peer;
    }

    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
      conduct.heard(peer, message.getData());
    }

    @Override
    protected void onFullPongMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
      conduct.ponged(peer);
    }
  }

  private record ChannelPeer(WebSocketChannel channel) implements Peer {
    @Override
    public void send(String text) {
      WebSockets.sendText(text, channel, null);
    }

    @Override
    public void ping() {
      WebSockets.sendPing(ByteBuffer.wrap("now".getBytes(UTF_8)), channel, null);
    }

    @Override
    public void close() {
      WebSockets.sendClose(CloseMessage.NORMAL_CLOSURE, "", channel, null);
    }
  }
}
