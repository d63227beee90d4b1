package dev.perennial.examples;

import static dev.perennial.testkit.ConnectionScript.opens;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.micrometer.StreamMetrics;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the guide's table of meters with what a registry has after a run. */
class MetersTest {
  @Test
  void everyMeterIsInTheTableAsItIs() throws IOException {
    MeterRegistry registry = new SimpleMeterRegistry();
    StreamMetrics metrics =
        StreamMetrics.builder(registry, "ticks").eventTime(event -> null).build();

    run(metrics);

    assertEquals(
        registry.getMeters().stream()
            .map(MetersTest::row)
            .collect(Collectors.toCollection(TreeSet::new)),
        documented());
  }

  private static void run(StreamMetrics metrics) {
    VirtualTime time = VirtualTime.create();
    ScriptedTransport transport =
        ScriptedTransport.of(
            time,
            opens().events(1, 3).heartbeat().cut(),
            opens().events(3, 4).ends(),
            opens().declaresEnd());
    EventStream.of(transport, Decoder.text())
        .withRuntime(time.runtime())
        .withObserver(metrics)
        .subscribe(event -> {});
    time.run();
    transport.assertExhausted();
  }

  private static TreeSet<String> documented() throws IOException {
    return Files.readAllLines(Internals.document("guide/watching.md")).stream()
        .filter(line -> line.startsWith("| `perennial."))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String row(Meter meter) {
    Meter.Id id = meter.getId();
    String tags =
        id.getTags().stream()
            .map(Tag::getKey)
            .filter(key -> !key.equals("stream"))
            .map(key -> "`" + key + "`")
            .collect(joining(", "));
    String type = id.getType().name().toLowerCase(Locale.ROOT);
    List<String> cells =
        List.of(
            "`" + id.getName() + "`",
            type,
            String.valueOf(id.getBaseUnit()),
            tags,
            String.valueOf(id.getDescription()));
    return cells.stream().map(cell -> "| " + cell + " ").collect(joining()).replace("|  |", "| |")
        + "|";
  }
}
