package dev.perennial.benchmarks;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okio.BufferedSource;

/**
 * Splits OkHttp's body at line ends and discards the lines, without any client. No client over
 * OkHttp that finds lines can be much faster.
 */
final class OkHttpLineBytesSubject implements Subject {
  private final OkHttpClient client = new OkHttpClient();

  @Override
  public String name() {
    return "OkHttp " + Versions.of("okhttp") + " lines, not decoded";
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    ByteCheck check = new ByteCheck(workload);
    return OkHttpBody.start(client, url, check, source -> read(source, check));
  }

  private static void read(BufferedSource source, ByteCheck check) throws IOException {
    for (long end = source.indexOf((byte) '\n'); end >= 0; end = source.indexOf((byte) '\n')) {
      source.skip(end + 1);
      check.bytes((int) end + 1);
    }
  }
}
