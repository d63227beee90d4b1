package dev.perennial.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.perennial.tests.architecture.fixture.EventStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules about packages, cycles and locks find what breaks them, in classes made for that. */
class LayoutTest {
  private static final String FIXTURE = EventStream.class.getPackageName();
  private static final Layout LAYOUT = PerennialLayout.below(FIXTURE);

  private static final String INTERNAL = "internal.";

  private static ClassGraph graph;

  @BeforeAll
  static void readTheFixture(@TempDir Path folder) throws IOException {
    graph = ClassGraph.of(fixture(), folder);
  }

  private static JavaClasses fixture() {
    return new ClassFileImporter().importPackages(FIXTURE);
  }

  @Test
  void reportsEachUseThatNoRowAllows() {
    assertEquals(
        List.of(
            "Event uses internal.engine.Loop",
            "http.HttpTransport uses internal.engine.Loop",
            "internal.time.Clock uses internal.engine.Loop",
            "sse.SseTransport uses internal.retry.Backoff",
            "testkit.FakeServer uses cli.Main",
            "websocket.WebSocketTransport uses sse.SseTransport"),
        LAYOUT.forbiddenUses(graph));
  }

  @Test
  void reportsPackagesWithoutARow() {
    assertEquals(List.of("cycles", "locks", "unlisted"), LAYOUT.unlistedPackages(graph));
  }

  @Test
  void reportsRowsWithoutCode() {
    List<String> stale = LAYOUT.staleRows(graph);

    assertTrue(stale.containsAll(List.of("StreamRuntime", "cli.demo", "internal.resume")));
    assertTrue(stale.stream().noneMatch(Set.of(".", "EventStream", "sse")::contains));
  }

  @Test
  void reportsCycles() {
    String base = FIXTURE + ".cycles.";

    assertEquals(
        List.of(
            Set.of(
                FIXTURE + ".internal.engine.Loop",
                FIXTURE + ".internal.retry.Backoff",
                FIXTURE + ".internal.time.Clock"),
            Set.of(base + "Animal", base + "Dog"),
            Set.of(base + "Chicken", base + "Egg")),
        graph.cycles());
  }

  @Test
  void reportsFieldsThatALockShouldGuard() {
    assertEquals(
        List.of("Account.overdraft"), GuardedFields.unguarded(fixture(), Set.of("Account.visits")));
  }

  @Test
  void refusesATableWithTwoRowsForOneName() {
    assertThrows(IllegalArgumentException.class, () -> Layout.of("a", "b -> c\nb -> d"));
    assertThrows(IllegalArgumentException.class, () -> Layout.of("a", "b c"));
  }

  // ---- What the table says ----

  /** Of the core's internals, only time and the words about JSON are exported to other modules. */
  private static boolean isHidden(String name) {
    return name.startsWith(INTERNAL)
        && !name.equals("internal.time")
        && !name.equals("internal.json");
  }

  @Test
  void onlyNamedClassesUseWhatTheCoreDoesNotExport() {
    Set<String> users =
        LAYOUT.rows().entrySet().stream()
            .filter(row -> row.getValue().stream().anyMatch(LayoutTest::isHidden))
            .map(row -> row.getKey())
            .filter(name -> !name.startsWith(INTERNAL))
            .collect(Collectors.toSet());

    assertTrue(
        users.stream().allMatch(name -> name.matches("(spi\\.)?[A-Z]\\w*")), users.toString());
  }

  @Test
  void packagesThatAreNotExportedUseOnlyThoseAboveThemInTheTable() {
    Set<String> above = new HashSet<>();

    LAYOUT
        .rows()
        .forEach(
            (name, uses) -> {
              if (name.startsWith(INTERNAL)) {
                assertTrue(
                    uses.stream().filter(use -> use.startsWith(INTERNAL)).allMatch(above::contains),
                    name + " -> " + uses);
                above.add(name);
              }
            });
    assertFalse(above.isEmpty());
  }
}
