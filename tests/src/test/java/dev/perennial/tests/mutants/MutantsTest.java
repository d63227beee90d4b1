package dev.perennial.tests.mutants;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The kit bites: each seeded bug of this library is found by its rule, and by no unrelated one.
 *
 * <p>By default only the rules that should find a mutant are run. With the system property {@code
 * perennial.mutants} set to {@code whole}, all are, and an unrelated one that fails is reported.
 *
 * <p>A mutant is this library with one place of its source edited, compiled in memory and loaded
 * beside the sound one.
 */
@Tag("slow")
class MutantsTest {
  private static final int MUTANTS_AT_ONCE = 10;
  private static final int SCENARIOS_AT_ONCE = 8;
  private static final double SLOW = 10;
  private static final long PATIENCE_SECONDS = 900;

  private static final boolean IS_WHOLE = "whole".equals(System.getProperty("perennial.mutants"));

  private final Path root = root();
  private final ExecutorService threads = Executors.newFixedThreadPool(MUTANTS_AT_ONCE);

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("sdk-core/src/main"))) {
      @Nullable Path parent = folder.getParent();
      if (parent == null) {
        throw new AssertionError(
            "Expected sdk-core/src/main above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> eachMutantIsCaughtByItsRuleAndByNoOther() {
    List<Future<String>> judged = new ArrayList<>();
    for (Mutation mutation : Mutations.ALL) {
      judged.add(threads.submit(() -> judge(mutation)));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < judged.size(); i++) {
      Future<String> words = judged.get(i);
      Mutation mutation = Mutations.ALL.get(i);
      tests.add(
          DynamicTest.dynamicTest(
              mutation.name() + ": " + mutation.words(),
              () -> {
                String problem = words.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertTrue(problem.isEmpty(), problem);
              }));
    }
    return tests.stream();
  }

  /** What is wrong with the rules; empty when nothing is. */
  private String judge(Mutation mutation) throws Exception {
    try (ClientUnderTest mutant = mutant(mutation)) {
      Conformance first =
          Conformance.of(mutant)
              .rules(rule -> IS_WHOLE || mutation.caughtBy().contains(rule.id()))
              .atOnce(SCENARIOS_AT_ONCE);
      Map<String, String> failed = failures(mutation, first);
      Set<String> unrelated = new TreeSet<>(failed.keySet());
      unrelated.removeAll(mutation.related());
      boolean isCaught = mutation.caughtBy().stream().anyMatch(failed::containsKey);
      // The mutants keep the machine busy, which fails a sound client and hides a loop.
      if (!unrelated.isEmpty()) {
        unrelated.retainAll(failuresAgain(mutant, mutation, unrelated::contains));
      }
      if (!isCaught) {
        isCaught = !failuresAgain(mutant, mutation, mutation.caughtBy()::contains).isEmpty();
      }
      String survived =
          isCaught
              ? ""
              : mutation + " survived: expected one of " + mutation.caughtBy() + " to fail. ";
      failed.keySet().retainAll(unrelated);
      return unrelated.isEmpty()
          ? survived
          : survived + mutation + " fails rules that have nothing to do with it: " + failed;
    }
  }

  private ClientUnderTest mutant(Mutation mutation) throws Exception {
    String source = Files.readString(root.resolve(mutation.file()));
    MutantLoader loader =
        new MutantLoader(MutantCompiler.compile(mutation.file(), mutation.applied(source)));
    return (ClientUnderTest)
        loader
            .loadClass("dev.perennial.subjects.PerennialClient")
            .getDeclaredConstructor()
            .newInstance();
  }

  /** Runs some rules once more: slowly, few at once, and again while the machine is busy. */
  private static Set<String> failuresAgain(
      ClientUnderTest mutant, Mutation mutation, Predicate<String> wanted)
      throws InterruptedException {
    Conformance slow =
        Conformance.of(mutant)
            .rules(rule -> wanted.test(rule.id()))
            .atOnce(2)
            .speed(SLOW)
            .runsWhenBusy(3);
    return failures(mutation, slow).keySet();
  }

  /** The rules that fail, each with what it says. */
  private static Map<String, String> failures(Mutation mutation, Conformance conformance)
      throws InterruptedException {
    Map<String, String> failures = new TreeMap<>();
    for (Result result : conformance.over(mutation.over()).run().results(Verdict.FAILED)) {
      failures.put(result.rule().id(), String.join(" ", result.problems()));
    }
    return failures;
  }
}
