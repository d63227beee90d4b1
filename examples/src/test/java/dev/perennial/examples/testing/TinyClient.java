package dev.perennial.examples.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.testkit.conformance.Capability;
import dev.perennial.testkit.conformance.ClientReport;
import dev.perennial.testkit.conformance.ClientUnderTest;
import dev.perennial.testkit.conformance.Instructions;
import dev.perennial.testkit.conformance.Protocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.util.Set;

// region client
/** A client of server-sent events as one writes it in an hour: a loop over lines. */
public final class TinyClient implements ClientUnderTest {

  @Override
  public String name() {
    return "tiny";
  }

  @Override
  public Set<Protocol> protocols() {
    return Set.of(Protocol.SSE);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.RECONNECTS, Capability.RESUMES, Capability.REPORTS_IDS, Capability.TAKES_DELAYS);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    Thread thread = new Thread(() -> loop(instructions, report));
    thread.start();
    return thread::interrupt;
  }

  private static void loop(Instructions instructions, ClientReport report) {
    String lastId = "";
    try {
      while (!Thread.interrupted()) {
        lastId = connection(instructions, report, lastId);
        Thread.sleep(instructions.baseDelay().toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private static String connection(Instructions instructions, ClientReport report, String lastId) {
    String id = lastId;
    try {
      HttpURLConnection call = (HttpURLConnection) instructions.url().toURL().openConnection();
      call.setReadTimeout(100); // so that an interrupt is seen
      if (!id.isEmpty()) {
        call.setRequestProperty("Last-Event-ID", id);
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(call.getInputStream(), UTF_8));
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id:")) {
          id = line.substring(3).trim();
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).trim());
        } else if (line.isEmpty() && data.length() > 0) {
          report.event(id, "message", data.toString());
          data.setLength(0);
        }
      }
    } catch (IOException e) {
      // The next connection resumes.
    }
    return id;
  }
}
// endregion
