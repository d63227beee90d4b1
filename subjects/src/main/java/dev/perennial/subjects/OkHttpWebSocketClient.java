package dev.perennial.subjects;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import java.net.URI;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/**
 * OkHttp's WebSocket: delivers each message on the thread that reads. It does not reconnect. It
 * offers permessage-deflate by default. The listener answers a close frame with one of its own, as
 * OkHttp's examples do.
 */
public final class OkHttpWebSocketClient extends DescribedClient {
  private static final int NORMAL = 1000;

  private final ClientPerServer clients = new ClientPerServer(client -> {});

  public OkHttpWebSocketClient() {
    super(
        "okhttp-websocket",
        Protocol.WEBSOCKET,
        Capability.REPORTS_END,
        Capability.TAKES_ATTEMPT_TIMEOUT,
        Capability.SENDS_HEADERS,
        Capability.WAITS_FOR_CONSUMER,
        Capability.FOLLOWS_MANY,
        Capability.READS_COMPRESSED);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    OkHttpClient client = clients.join(instructions.url());
    Duration attemptTimeout = instructions.attemptTimeout();
    if (attemptTimeout != null) {
      // For a WebSocket, this timeout covers the time until the socket is open.
      client = client.newBuilder().callTimeout(attemptTimeout).build();
    }
    Request.Builder request = new Request.Builder().url(instructions.url().toString());
    instructions.headers().forEach(request::header);
    Stream stream = new Stream(report, clients, instructions.url());
    stream.socket = client.newWebSocket(request.build(), stream);
    return stream;
  }

  @Override
  public void close() {
    clients.close();
  }

  private static final class Stream extends WebSocketListener implements Following {
    private final ClientReport report;
    private final ClientPerServer clients;
    private final URI url;
    private volatile @Nullable WebSocket socket; // Null until it was created.
    private volatile boolean isOpen;
    private volatile boolean isClosed;

    Stream(ClientReport report, ClientPerServer clients, URI url) {
      this.report = report;
      this.clients = clients;
      this.url = url;
    }

    @Override
    public void onOpen(WebSocket socket, Response response) {
      isOpen = true;
      report.opened();
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      report.event(null, null, text);
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      socket.close(NORMAL, null);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      if (isClosed) {
        return;
      }
      if (code == NORMAL) {
        report.completed();
      } else {
        report.failed("closed with " + code + " " + reason);
      }
    }

    @Override
    public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
      if (!isClosed) {
        report.failed(failure.toString());
      }
    }

    @Override
    public synchronized void close() {
      WebSocket made = socket;
      if (!isClosed && made != null) {
        isClosed = true;
        if (!isOpen || !made.close(NORMAL, null)) {
          made.cancel(); // A close frame would wait until the socket is open.
        }
        clients.leave(url);
      }
    }
  }
}
