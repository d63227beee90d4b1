package dev.perennial.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** OkHttp's WebSocket: delivers each message on the thread that reads. */
final class OkHttpWebSocketSubject implements Subject {
  private final OkHttpClient client = new OkHttpClient();
  private final boolean isJson;

  private OkHttpWebSocketSubject(boolean isJson) {
    this.isJson = isJson;
  }

  static OkHttpWebSocketSubject ofText() {
    return new OkHttpWebSocketSubject(false);
  }

  static OkHttpWebSocketSubject ofJson() {
    return new OkHttpWebSocketSubject(true);
  }

  @Override
  public String name() {
    return "OkHttp " + Versions.of("okhttp") + " WebSocket" + (isJson ? " and Jackson" : "");
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    Listener listener = isJson ? new JsonListener(check) : new TextListener(check);
    WebSocket socket = client.newWebSocket(new Request.Builder().url(url).build(), listener);
    return new Run(check, socket::cancel);
  }

  private abstract static class Listener extends WebSocketListener {
    final EventCheck check;

    Listener(EventCheck check) {
      this.check = check;
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      check.ended(new IOException("The server closed with " + code));
    }

    @Override
    public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
      check.ended(failure);
    }
  }

  private static final class TextListener extends Listener {
    TextListener(EventCheck check) {
      super(check);
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      check.json(text);
    }
  }

  private static final class JsonListener extends Listener {
    JsonListener(EventCheck check) {
      super(check);
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      try {
        Tick tick = Tick.READER.readValue(text);
        check.event(tick.id(), tick.data());
      } catch (JsonProcessingException e) {
        check.fail(e);
      }
    }
  }
}
