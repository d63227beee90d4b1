package dev.perennial.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.Event;
import dev.perennial.cli.console.TransportKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryAuditTest {
  private final DeliveryAudit audit = new DeliveryAudit(new DemoTransport(TransportKind.SSE));

  @Test
  void everyEventOnceAndInOrderHasNoDefects() {
    take(1, 2, 3);

    assertEquals(3, audit.delivered());
    assertEquals(0, audit.missingUpTo(3));
    assertEquals(0, audit.duplicated());
    assertEquals(0, audit.outOfOrder());
    assertEquals(0, audit.damaged());
  }

  @Test
  void holesAndMissingLastEventsAreLost() {
    take(1, 3);

    assertEquals(1, audit.missingUpTo(3));
    assertEquals(2, audit.missingUpTo(4));
  }

  @Test
  void repeatedEventIsDuplicatedAndNotOutOfOrder() {
    take(1, 2, 3, 2);

    assertEquals(1, audit.duplicated());
    assertEquals(0, audit.outOfOrder());
    assertEquals(4, audit.delivered());
  }

  @Test
  void earlierEventAfterALaterOneIsOutOfOrder() {
    take(1, 3, 2);

    assertEquals(1, audit.outOfOrder());
    assertEquals(0, audit.missingUpTo(3));
  }

  @Test
  void damagedEventDoesNotCountAsReceived() {
    audit.accept(Event.of("1", TickEvents.TYPE, TickEvents.data(2)));
    audit.accept(Event.of("1", "tock", TickEvents.data(1)));
    audit.accept(Event.of(null, TickEvents.TYPE, TickEvents.data(1)));
    audit.accept(Event.of("x", TickEvents.TYPE, TickEvents.data(1)));

    assertEquals(4, audit.damaged());
    assertEquals(1, audit.missingUpTo(1));
  }

  @ParameterizedTest
  @EnumSource(names = {"NDJSON", "WS"})
  void jsonEventsAreComparedCharacterByCharacter(TransportKind kind) {
    DeliveryAudit json = new DeliveryAudit(new DemoTransport(kind));
    String whole =
        "{\"id\":\"1\",\"type\":\"tick\",\"data\":\"{\\\"tick\\\":1,\\\"price\\\":\\\"1 €\\\","
            + "\\\"check\\\":-7046029254386353131}\"}";

    json.accept(Event.of("1", "message", whole));
    json.accept(Event.of("2", "message", whole));
    json.accept(Event.of("3", "message", TickEvents.json(3).replace("€", "\ufffd")));

    assertEquals(0, json.missingUpTo(1));
    assertEquals(2, json.damaged());
  }

  private void take(long... numbers) {
    for (long number : numbers) {
      audit.accept(Event.of(Long.toString(number), TickEvents.TYPE, TickEvents.data(number)));
    }
  }
}
