package dev.perennial.examples;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.StreamRuntime;
import dev.perennial.StreamSubscription;
import dev.perennial.http.Credentials;
import dev.perennial.http.SharedClient;
import dev.perennial.sse.Sse;
import java.io.IOException;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Keeps a copy of resources that are published through a Mercure hub. */
final class MercureUpdates {
  private final HttpUrl hub;
  private final Credentials credentials;
  private final Books books;

  MercureUpdates(HttpUrl hub, Credentials credentials, Books books) {
    this.hub = hub;
    this.credentials = credentials;
    this.books = books;
  }

  // region updates
  /** A resource as it is published, with its own id. */
  record Book(@JsonProperty("@id") String id, String status) {}

  /** The copy. */
  interface Books {
    /** Reloads it with GET; returns last-event-id of the response's Link to the hub, or null. */
    @Nullable String load() throws Exception;

    void apply(Book book);
  }

  private final OkHttpClient client =
      SharedClient.of(StreamRuntime.shared())
          .newBuilder()
          .addInterceptor(MercureUpdates::lossAsGone)
          .build();

  StreamSubscription follow(List<String> topics) throws Exception {
    HttpUrl.Builder url = hub.newBuilder(); // https://example.com/.well-known/mercure
    topics.forEach(topic -> url.addQueryParameter("topic", topic));
    EventStream<Book> updates =
        Sse.builder(url.build().toString())
            .client(client)
            .credentials(credentials) // "Bearer " and a JWT
            .stream(Book.class)
            .withCursor(books.load())
            .withGapPolicy(GapPolicy.snapshotThenLive(gap -> books.load()));
    return updates.subscribe(event -> books.apply(event.data()));
  }

  /** A hub reports where it resumes. Any other place than requested is a gap, like a 410. */
  private static Response lossAsGone(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    String asked = chain.request().header("Last-Event-ID");
    boolean isLoss =
        asked != null && response.isSuccessful() && !asked.equals(response.header("Last-Event-ID"));
    return isLoss ? response.newBuilder().code(410).build() : response;
  }
  // endregion
}
