package dev.perennial.benchmarks;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/** okhttp-sse: parses and delivers on a thread of OkHttp's dispatcher. */
final class OkHttpSseSubject implements Subject {
  private final EventSource.Factory sources = EventSources.createFactory(new OkHttpClient());

  @Override
  public String name() {
    return "okhttp-sse " + Versions.of("okhttp");
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    EventSource source =
        sources.newEventSource(new Request.Builder().url(url).build(), new Listener(check));
    return new Run(check, source::cancel);
  }

  private static final class Listener extends EventSourceListener {
    private final EventCheck check;

    Listener(EventCheck check) {
      this.check = check;
    }

    @Override
    public void onEvent(
        EventSource source, @Nullable String id, @Nullable String type, String data) {
      check.event(id, data);
    }

    @Override
    public void onClosed(EventSource source) {
      check.ended(new IOException("The stream ended"));
    }

    @Override
    public void onFailure(
        EventSource source, @Nullable Throwable failure, @Nullable Response response) {
      check.ended(failure != null ? failure : new IOException("The server refused: " + response));
    }
  }
}
