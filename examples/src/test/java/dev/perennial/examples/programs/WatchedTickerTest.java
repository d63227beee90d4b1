package dev.perennial.examples.programs;

import static dev.perennial.testkit.ConnectionScript.opens;
import static dev.perennial.testkit.ConnectionScript.refuses;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.testkit.ScriptedTransport;
import dev.perennial.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.util.List;
import org.junit.jupiter.api.Test;

// region test
class WatchedTickerTest {
  private final VirtualTime time = VirtualTime.create();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void outageIsShownAndNoTickIsLost() {
    ScriptedTransport server =
        ScriptedTransport.of(
            time,
            opens().event("1", "one").cut(),
            refuses(new ConnectException("the server is down")),
            opens().event("2", "two").declaresEnd());
    EventStream<String> ticks = EventStream.of(server, Decoder.text()).withRuntime(time.runtime());

    ticks.subscribe(new WatchedTicker(new PrintStream(out, true, UTF_8)));
    time.run(); // hours of delays take a millisecond

    List<String> lines = out.toString(UTF_8).lines().toList();
    assertEquals(List.of("live", "one"), lines.subList(0, 2));
    assertEquals(List.of("live", "two"), lines.subList(lines.size() - 2, lines.size()));
    assertEquals("1", server.cursors().get(2)); // went on after the first
  }
}
// endregion
