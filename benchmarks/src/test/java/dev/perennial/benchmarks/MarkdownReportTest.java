package dev.perennial.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {

  @Test
  void comparesWithTheFirstSubjectRoundByRound() {
    SubjectResult ours =
        new SubjectResult(
            "ours",
            1_000,
            List.of(
                new Usage(1_000_000, 100_000, 200_000, 600_000, 0),
                new Usage(2_000_000, 400_000, 500_000, 600_000, 0),
                new Usage(4_000_000, 200_000, 300_000, 600_000, 0)));
    SubjectResult theirs =
        new SubjectResult(
            "theirs",
            1_000,
            List.of(
                new Usage(2_000_000, 300_000, 400_000, 900_000, 0),
                new Usage(4_000_000, 800_000, 900_000, 900_000, 0),
                new Usage(8_000_000, 500_000, 600_000, 1_200_000, 0)));

    String table = new MarkdownReport(List.of(ours, theirs)).table();

    assertEquals(
        """
        | subject | CPU ratio | heap ratio | CPU ns/event | CPU with GC and JIT | heap bytes/event | events/s |
        |---|--:|--:|--:|--:|--:|--:|
        | ours | 1.00 (1.00 to 1.00) | 1.00 (1.00 to 1.00) | 200 (150 to 300) | 300 (250 to 400) | 600 (600 to 600) | 500,000 (375,000 to 750,000) |
        | theirs | 2.50 (2.25 to 2.75) | 1.50 (1.50 to 1.75) | 500 (400 to 650) | 600 (500 to 750) | 900 (900 to 1,050) | 250,000 (187,500 to 375,000) |
        """,
        table);
  }

  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheMiddle() {
    assertEquals(2.5, Samples.of(4, 1, 3, 2).median());
  }

  @Test
  void roundsThatDoNotMatchAreNotCompared() {
    assertThrows(IllegalArgumentException.class, () -> Samples.of(1, 2).over(Samples.of(1, 2, 3)));
  }
}
