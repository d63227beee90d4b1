package dev.perennial.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packages of this project use each other as {@link PerennialLayout} says. */
class LayoutRulesTest {
  private static final Layout LAYOUT = PerennialLayout.below(ArchitectureReport.OURS);

  /** Fields of classes with a lock that one thread alone touches, or that are set once. */
  private static final Set<String> CONFINED =
      Set.of(
          "HttpConnection.source",
          "HttpConnection.bodyEnd",
          "HttpConnection.eventTime",
          "HttpConnection.framer",
          "HttpConnection.isDocumentOpen",
          "HttpConnection.isEnded",
          "HttpConnection.returned",
          "HttpConnection.eventNanos",
          "OpeningAttempt.startNanos");

  /** What no app loads: many of its objects are set up by the test's own thread. */
  private static final String[] NOT_IN_APPS = {
    "dev.perennial.testkit..", "dev.perennial.conformance..", "dev.perennial.cli.."
  };

  private static JavaClasses classes;
  private static ClassGraph graph;

  @BeforeAll
  static void readTheClasses(@TempDir Path folder) throws IOException {
    classes = ArchitectureReport.ours();
    graph = ClassGraph.of(classes, folder);
  }

  @Test
  void packagesUseOnlyWhatTheirRowsAllow() {
    assertEquals(List.of(), LAYOUT.forbiddenUses(graph));
  }

  @Test
  void everyPackageHasARow() {
    assertEquals(List.of(), LAYOUT.unlistedPackages(graph));
  }

  @Test
  void everyRowHasCode() {
    assertEquals(List.of(), LAYOUT.staleRows(graph));
  }

  @Test
  void noClassesDependOnEachOther() {
    assertEquals(List.of(), graph.cycles());
  }

  @Test
  void fieldsOfClassesWithALockSayWhatGuardsThem() {
    JavaClasses sdk = classes.that(not(resideInAnyPackage(NOT_IN_APPS)));

    assertEquals(List.of(), GuardedFields.unguarded(sdk, CONFINED));
  }
}
