package dev.perennial.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamComparisonTest {

  @ParameterizedTest
  @EnumSource(ComparedTransport.class)
  void everySubjectReceivesEveryEvent(ComparedTransport transport) throws Exception {
    List<Subject> subjects = transport.subjects();

    List<SubjectResult> results;
    try (ServerProcess server = ServerProcess.start()) {
      results = new Comparison(subjects, workload(transport), server.port()).run(1, 2);
    }

    assertEquals(
        subjects.stream().map(Subject::name).toList(),
        results.stream().map(SubjectResult::name).toList());
    for (SubjectResult result : results) {
      assertEquals(2_000, result.events());
      assertEquals(2, result.rounds().size());
    }
  }

  @ParameterizedTest
  @EnumSource(ComparedTransport.class)
  void aClientOfEventsAllocatesAtLeastTheirData(ComparedTransport transport) throws Exception {
    List<Subject> clients = new ArrayList<>(transport.subjects());
    clients.removeIf(subject -> isWithoutEvents(subject));

    List<SubjectResult> results;
    try (TickServer server = TickServer.start()) {
      results = new Comparison(clients, workload(transport), server.port()).run(0, 1);
    }

    for (SubjectResult result : results) {
      assertTrue(result.bytesPerEvent().median() >= 512, result::name);
    }
  }

  @Test
  void aSubjectThatLosesAnEventIsNotMeasured() throws Exception {
    try (TickServer server = TickServer.start()) {
      Comparison comparison =
          new Comparison(List.of(new Lossy()), workload(ComparedTransport.SSE), server.port());

      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, () -> comparison.run(0, 1));

      assertEquals(
          "lossy: The client failed: Expected the id 1000000000 but was 1000000001",
          refusal.getMessage());
    }
  }

  private static Workload workload(ComparedTransport transport) {
    return new Workload(transport, 2_000, 512, 3);
  }

  private static boolean isWithoutEvents(Subject subject) {
    return subject instanceof OkHttpBodySubject || subject instanceof OkHttpLineBytesSubject;
  }

  private static final class Lossy implements Subject {
    @Override
    public String name() {
      return "lossy";
    }

    @Override
    public Run start(HttpUrl url, Workload workload) {
      EventCheck check = new EventCheck(workload);
      check.event("1000000001", workload.payload());
      return new Run(check, () -> {});
    }
  }
}
