package dev.perennial.benchmarks;

import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okio.BufferedSource;

/**
 * The least that a program can do to get records from a body: Jackson's own iterator over the bytes
 * of OkHttp. It knows no lines, so nothing after a malformed one can be saved, and cannot resume.
 */
final class JacksonIteratorSubject implements Subject {
  private final OkHttpClient client = new OkHttpClient();

  @Override
  public String name() {
    return "OkHttp " + Versions.of("okhttp") + " and Jackson's MappingIterator";
  }

  @Override
  public Run start(HttpUrl url, Workload workload) {
    EventCheck check = new EventCheck(workload);
    return OkHttpBody.start(client, url, check, source -> read(source, check));
  }

  private static void read(BufferedSource source, EventCheck check) throws IOException {
    try (MappingIterator<Tick> ticks = Tick.READER.readValues(source.inputStream())) {
      while (ticks.hasNextValue()) {
        Tick tick = ticks.nextValue();
        check.event(tick.id(), tick.data());
      }
    }
  }
}
