package dev.perennial.tests.engine;

import dev.perennial.EventStream;
import dev.perennial.GapPolicy;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Sequence;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.testkit.ConnectionScript;
import dev.perennial.testkit.ScriptedTransport;
import org.jspecify.annotations.Nullable;

/** Streams that declare a sequence. Data is {@code number} or {@code key:number}. */
abstract class NumberedStreams extends EngineTest {
  static final GapPolicy TELL = GapPolicy.liveOnly();

  final EventStream<String> numbered(GapPolicy policy, ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    Sequence sequence =
        new Sequence(null, payload -> payload.text().isEmpty() ? null : payload.text());
    return over(declaring(transport, sequence)).withGapPolicy(policy);
  }

  final EventStream<String> keyed(GapPolicy policy, ConnectionScript... scripts) {
    transport = ScriptedTransport.of(time, scripts);
    return keyedOver(transport, policy);
  }

  final EventStream<String> keyedOver(Transport scripted, GapPolicy policy) {
    Sequence sequence =
        new Sequence(
            payload -> payload.text().split(":")[0], payload -> payload.text().split(":")[1]);
    return over(declaring(scripted, sequence)).withGapPolicy(policy);
  }

  static Transport declaring(Transport scripted, Sequence declared) {
    return new Transport() {
      @Override
      public StreamConnection newConnection(Attempt attempt) {
        return scripted.newConnection(attempt);
      }

      @Override
      public @Nullable Sequence sequence() {
        return declared;
      }
    };
  }
}
