package dev.perennial.benchmarks;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okio.BufferedSource;

/**
 * Reads OkHttp's body into one array and discards it, without any client. What remains is the cost
 * of the kernel and of OkHttp, which no client over OkHttp can avoid.
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
    ByteCheck check = new ByteCheck(workload);
    return OkHttpBody.start(client, url, check, source -> read(source, check));
  }

  private static void read(BufferedSource source, ByteCheck check) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = 0; count >= 0; count = source.read(buffer)) {
      check.bytes(count);
    }
  }
}
