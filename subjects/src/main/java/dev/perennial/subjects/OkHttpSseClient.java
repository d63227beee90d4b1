package dev.perennial.subjects;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import java.net.URI;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/**
 * okhttp-sse: parses one response and calls its listener on a thread of OkHttp's dispatcher. It
 * does not reconnect. All streams from one server share an OkHttp client without a read timeout.
 */
public final class OkHttpSseClient extends DescribedClient {
  private final ClientPerServer clients =
      new ClientPerServer(
          client -> client.readTimeout(Duration.ZERO).addInterceptor(new EndOfBody()));

  public OkHttpSseClient() {
    super(
        "okhttp-sse",
        Protocol.SSE,
        Capability.REPORTS_IDS,
        Capability.REPORTS_END,
        Capability.TAKES_ATTEMPT_TIMEOUT,
        Capability.SENDS_HEADERS,
        Capability.WAITS_FOR_CONSUMER,
        Capability.FOLLOWS_MANY,
        Capability.POSTS);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    OkHttpClient client = clients.join(instructions.url());
    Duration attemptTimeout = instructions.attemptTimeout();
    if (attemptTimeout != null) {
      // For a stream, this timeout covers the time until the response has arrived.
      client = client.newBuilder().callTimeout(attemptTimeout).build();
    }
    Stream stream = new Stream(report, clients, instructions.url());
    stream.source =
        EventSources.createFactory(client).newEventSource(request(instructions), stream);
    return stream;
  }

  private static Request request(Instructions instructions) {
    Request.Builder request = new Request.Builder().url(instructions.url().toString());
    instructions.headers().forEach(request::header);
    String body = instructions.body();
    return body == null ? request.build() : request.post(RequestBody.create(body, null)).build();
  }

  @Override
  public void close() {
    clients.close();
  }

  private static final class Stream extends EventSourceListener implements Following {
    private final ClientReport report;
    private final ClientPerServer clients;
    private final URI url;
    private volatile @Nullable EventSource source; // Null until it was created.
    private volatile boolean isClosed;

    Stream(ClientReport report, ClientPerServer clients, URI url) {
      this.report = report;
      this.clients = clients;
      this.url = url;
    }

    @Override
    public void onOpen(EventSource source, Response response) {
      report.opened();
    }

    @Override
    public void onEvent(
        EventSource source, @Nullable String id, @Nullable String type, String data) {
      report.event(id, type, data);
    }

    @Override
    public void onClosed(EventSource source) {
      if (!isClosed) {
        report.completed();
      }
    }

    @Override
    public void onFailure(
        EventSource source, @Nullable Throwable failure, @Nullable Response response) {
      if (!isClosed) { // After a cancel, the failure is only its echo.
        report.failed(failure != null ? failure.toString() : String.valueOf(response));
      }
    }

    @Override
    public synchronized void close() {
      EventSource made = source;
      if (!isClosed && made != null) {
        isClosed = true;
        made.cancel();
        clients.leave(url);
      }
    }
  }
}
