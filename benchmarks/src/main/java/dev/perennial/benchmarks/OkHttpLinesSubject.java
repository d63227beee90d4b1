package dev.perennial.benchmarks;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okio.BufferedSource;

/** What a program without a client would do: each line becomes a string, which Jackson decodes. */
final class OkHttpLinesSubject implements Subject {
  private final OkHttpClient client = new OkHttpClient();

  @Override
  public String name() {
    return "OkHttp " + Versions.of("okhttp") + " readUtf8LineStrict and Jackson";
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    return OkHttpBody.start(client, url, check, source -> read(source, check));
  }

  private static void read(BufferedSource source, EventCheck check) throws IOException {
    while (!source.exhausted()) {
      Tick tick = Tick.READER.readValue(source.readUtf8LineStrict());
      check.event(tick.id(), tick.data());
    }
  }
}
