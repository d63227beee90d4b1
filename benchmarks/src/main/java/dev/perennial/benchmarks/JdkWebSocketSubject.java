package dev.perennial.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket of the JDK: delivers parts of messages, which the listener joins. If frames came
 * right after the answer to its handshake, JDK 17 rarely failed, reporting invalid UTF-8 in text
 * that is all ASCII; so this client asks for the first frame once it is open.
 */
final class JdkWebSocketSubject implements Subject {
  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  public String name() {
    return "java.net.http WebSocket, JDK " + Runtime.version().feature();
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    HttpUrl patient = url.newBuilder().addQueryParameter(TickServer.WHEN_ASKED, "").build();
    URI uri = URI.create(patient.toString().replaceFirst("http", "ws"));
    WebSocket socket = client.newWebSocketBuilder().buildAsync(uri, new Listener(check)).join();
    socket.sendBinary(ByteBuffer.allocate(0), /* last= */ true).join();
    return new Run(check, socket::abort);
  }

  private static final class Listener implements WebSocket.Listener {
    private final EventCheck check;

    /** The parts of an incomplete message. */
    private final StringBuilder parts = new StringBuilder();

    Listener(EventCheck check) {
      this.check = check;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      if (last && parts.isEmpty()) {
        check.json(data.toString());
      } else {
        parts.append(data);
        if (last) {
          check.json(parts.toString());
          parts.setLength(0);
        }
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      check.ended(new IOException("The server closed with " + code));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      check.ended(failure);
    }
  }
}
