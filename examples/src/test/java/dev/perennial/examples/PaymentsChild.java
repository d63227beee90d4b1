package dev.perennial.examples;

import dev.perennial.EventStream;
import dev.perennial.examples.guide.ExactlyOnce;
import dev.perennial.sse.Sse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Stores payments until it is killed, or the stream is complete. */
final class PaymentsChild {
  private PaymentsChild() {}

  public static void main(String[] args) throws SQLException {
    EventStream<Long> payments =
        Sse.builder(args[0]).stream(
            payload -> {
              System.out.println(payload.text());
              return Long.parseLong(payload.text());
            });
    try (Connection database = DriverManager.getConnection(args[1])) {
      ExactlyOnce.storeEachOnce(payments, database);
    }
  }
}
