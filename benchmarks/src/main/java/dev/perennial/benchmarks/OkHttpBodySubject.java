package dev.perennial.benchmarks;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * No client at all: OkHttp's body read into one array and thrown away. What is left below it is the
 * kernel's and OkHttp's, and no client over OkHttp can save it.
 */
final class OkHttpBodySubject implements Subject {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final OkHttpClient client = new OkHttpClient();

  @Override
  public String name() {
    return "OkHttp " + Versions.of("okhttp") + " body, not parsed";
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    ByteTally tally = new ByteTally(workload);
    Call call = client.newCall(new Request.Builder().url(url).build());
    Thread reader = new Thread(() -> read(call, tally), "okhttp-body");
    reader.start();
    return new Run(
        tally,
        () -> {
          call.cancel();
          reader.join();
        });
  }

  private static void read(Call call, ByteTally tally) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (Response response = call.execute()) {
      BufferedSource source = response.body().source();
      for (int count = 0; count >= 0; count = source.read(buffer)) {
        tally.bytes(count);
      }
    } catch (IOException e) {
      tally.ended(e);
    }
  }
}
