package dev.perennial.examples.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.util.Set;

// region client
/** A client of server-sent events, as it is written in an hour: a loop over lines. */
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
    Thread thread = new Thread(new Loop(instructions, report));
    thread.start();
    return thread::interrupt;
  }

  private static final class Loop implements Runnable {
    private final Instructions instructions;
    private final ClientReport report;
    private String id = "";

    Loop(Instructions instructions, ClientReport report) {
      this.instructions = instructions;
      this.report = report;
    }

    @Override
    public void run() {
      try {
        while (!Thread.interrupted()) {
          connect();
          Thread.sleep(instructions.baseDelay().toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // closed
      } catch (IOException e) {
        report.failed(e.toString()); // the URL cannot be opened
      }
    }

    private void connect() throws IOException {
      HttpURLConnection call = (HttpURLConnection) instructions.url().toURL().openConnection();
      call.setReadTimeout(300); // so that an interrupt is noticed
      if (!id.isEmpty()) {
        call.setRequestProperty("Last-Event-ID", id);
      }
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(call.getInputStream(), UTF_8))) {
        read(lines);
      } catch (IOException e) {
        // The next connection resumes.
      } finally {
        call.disconnect();
      }
    }

    private void read(BufferedReader lines) throws IOException {
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
    }
  }
}
// endregion
