package dev.perennial.subjects;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket of {@code java.net.http}: its listener gets parts of messages, joins them, and
 * requests the next part when the consumer has processed a message. It does not reconnect.
 */
public final class JdkWebSocketClient extends DescribedClient {
  private final HttpClient client = HttpClient.newHttpClient();

  public JdkWebSocketClient() {
    super(
        "jdk-websocket",
        Protocol.WEBSOCKET,
        Capability.REPORTS_END,
        Capability.TAKES_ATTEMPT_TIMEOUT,
        Capability.SENDS_HEADERS,
        Capability.WAITS_FOR_CONSUMER,
        Capability.FOLLOWS_MANY);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    WebSocket.Builder builder = client.newWebSocketBuilder();
    instructions.headers().forEach(builder::header);
    Duration attemptTimeout = instructions.attemptTimeout();
    if (attemptTimeout != null) {
      builder.connectTimeout(attemptTimeout);
    }
    Stream stream = new Stream(report);
    stream.follow(builder.buildAsync(instructions.url(), stream));
    return stream;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The listener gets the failure.
  private static final class Stream implements WebSocket.Listener, Following {
    private static final long CLOSING_SECONDS = 1;

    private final ClientReport report;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** The parts of an incomplete message. Used by one listener call at a time. */
    private final StringBuilder parts = new StringBuilder();

    private volatile @Nullable CompletableFuture<WebSocket> opening; // Null until a message began.
    private volatile boolean isClosed;

    Stream(ClientReport report) {
      this.report = report;
    }

    void follow(CompletableFuture<WebSocket> begun) {
      opening = begun;
      begun.whenComplete(
          (socket, failure) -> {
            if (failure != null && !isClosed) {
              report.failed(failure.toString());
            }
          });
    }

    @Override
    public void onOpen(WebSocket socket) {
      report.opened();
      socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        String message = parts.toString();
        parts.setLength(0);
        report.event(null, null, message);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ended.complete(null);
      if (!isClosed && code == WebSocket.NORMAL_CLOSURE) {
        report.completed();
      } else if (!isClosed) {
        report.failed("closed with " + code + " " + reason);
      }
      return null; // The JDK answers with a close frame of its own.
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      ended.complete(null);
      if (!isClosed) {
        report.failed(failure.toString());
      }
    }

    @Override
    public synchronized void close() {
      CompletableFuture<WebSocket> begun = opening;
      if (!isClosed && begun != null) {
        isClosed = true;
        begun.thenAccept(this::closeOrderly);
      }
    }

    /**
     * Closes as the JDK's documentation shows: sends a close frame, waits for the answer, then
     * aborts.
     */
    private void closeOrderly(WebSocket socket) {
      socket
          .sendClose(WebSocket.NORMAL_CLOSURE, "")
          .thenCombine(ended, (sent, end) -> sent)
          .orTimeout(CLOSING_SECONDS, TimeUnit.SECONDS)
          .whenComplete((sent, failure) -> socket.abort());
    }
  }
}
