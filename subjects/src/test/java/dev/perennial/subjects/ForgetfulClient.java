package dev.perennial.subjects;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.concurrent.Flow;

/** Makes one connection after the other and never sends a cursor. */
final class ForgetfulClient implements ClientUnderTest {
  private final HttpClient http = HttpClient.newHttpClient();

  @Override
  public String name() {
    return "forgetful";
  }

  @Override
  public Set<Protocol> protocols() {
    return Set.of(Protocol.SSE);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.RECONNECTS, Capability.RESUMES, Capability.TAKES_DELAYS);
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!Thread.interrupted()) {
                  connection(instructions, report);
                }
              } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt(); // Closed.
              }
            });
    thread.start();
    return thread::interrupt;
  }

  private void connection(Instructions instructions, ClientReport report)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(instructions.url()).build();
    http.send(request, BodyHandlers.fromLineSubscriber(new Lines(report)));
  }

  private static final class Lines implements Flow.Subscriber<String> {
    private final ClientReport report;

    Lines(ClientReport report) {
      this.report = report;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      if (line.startsWith("data: ")) {
        report.event(null, null, line.substring("data: ".length()));
      }
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }
}
