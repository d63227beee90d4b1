package dev.perennial.tests;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Timer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/** What may depend on what, and who may look at a clock. */
@AnalyzeClasses(packages = "dev.perennial", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] CORE = {
    "dev.perennial", "dev.perennial.spi..", "dev.perennial.flow..", "dev.perennial.internal.."
  };
  private static final String[] HTTP = {"dev.perennial.http..", "dev.perennial.json.."};
  private static final String SSE = "dev.perennial.sse..";
  private static final String NDJSON = "dev.perennial.ndjson..";
  private static final String WEBSOCKET = "dev.perennial.websocket..";
  private static final String JACKSON3 = "dev.perennial.jackson3..";
  private static final String MICROMETER = "dev.perennial.micrometer..";
  private static final String JDBC = "dev.perennial.jdbc..";
  private static final String TESTKIT = "dev.perennial.testkit..";
  private static final String CONFORMANCE = "dev.perennial.conformance..";
  private static final String SUBJECTS = "dev.perennial.subjects..";
  private static final String CLI = "dev.perennial.cli..";
  private static final String JDK_HTTP = "java.net.http..";

  private static final DescribedPredicate<JavaClass> SDK =
      resideInAnyPackage(CORE)
          .or(resideInAnyPackage(HTTP))
          .or(resideInAnyPackage(SSE, NDJSON, WEBSOCKET, JACKSON3, MICROMETER, JDBC))
          .as("a class of core, HTTP, a transport, Jackson 3, the metrics or the JDBC store");

  /**
   * The pool is shared by all runtimes: no timekeeper is its own, and idle threads are no behavior.
   */
  private static final DescribedPredicate<JavaClass> TIMEKEEPER =
      describe(
          "SystemTimekeeper or HelperPool",
          type -> type.getName().matches(".*\\.(SystemTimekeeper|HelperPool)(\\$.*)?"));

  @ArchTest
  static final ArchRule coreDependsOnNoneOfOurs =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.perennial..").and(not(resideInAnyPackage(CORE))));

  @ArchTest
  static final ArchRule coreUsesNoLibraryOfTheTransports =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("okhttp3..", "okio..", "com.fasterxml.jackson..", "tools.jackson..");

  @ArchTest
  static final ArchRule httpDependsOnCoreOnly =
      dependsOnly(resideInAnyPackage(HTTP), resideInAnyPackage(CORE));

  @ArchTest static final ArchRule sseDependsOnHttpOnly = dependsOnHttpOnly(SSE);

  @ArchTest static final ArchRule ndjsonDependsOnHttpOnly = dependsOnHttpOnly(NDJSON);

  @ArchTest static final ArchRule webSocketDependsOnHttpOnly = dependsOnHttpOnly(WEBSOCKET);

  @ArchTest
  static final ArchRule jackson3DependsOnCoreOnly =
      dependsOnly(resideInAPackage(JACKSON3), resideInAnyPackage(CORE));

  @ArchTest
  static final ArchRule onlyItsModuleNamesJackson3 =
      noClasses()
          .that(SDK.and(not(resideInAPackage(JACKSON3))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("tools.jackson..");

  @ArchTest
  static final ArchRule jackson3NamesNoJackson2 =
      noClasses()
          .that()
          .resideInAPackage(JACKSON3)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..");

  @ArchTest
  static final ArchRule metricsDependOnCoreOnly =
      dependsOnly(resideInAPackage(MICROMETER), resideInAnyPackage(CORE));

  @ArchTest
  static final ArchRule jdbcStoreDependsOnCoreOnly =
      dependsOnly(resideInAPackage(JDBC), resideInAnyPackage(CORE));

  @ArchTest
  static final ArchRule onlyTheJdbcStoreNamesJdbc =
      noClasses()
          .that(SDK.and(not(resideInAPackage(JDBC))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..");

  @ArchTest
  static final ArchRule onlyTheMetricsNameMicrometer =
      noClasses()
          .that(SDK.and(not(resideInAPackage(MICROMETER))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.micrometer..");

  @ArchTest
  static final ArchRule testkitDoesNotDependOnTheCommandLine =
      noClasses()
          .that()
          .resideInAPackage(TESTKIT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLI)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theConformanceKitDependsOnNoSubject =
      noClasses()
          .that()
          .resideInAPackage(CONFORMANCE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SUBJECTS, CLI)
          .because("any client is put under the rules from outside");

  @ArchTest
  static final ArchRule subjectsDoNotDependOnTheCommandLine =
      noClasses()
          .that()
          .resideInAPackage(SUBJECTS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLI);

  @ArchTest
  static final ArchRule onlySubjectsAndTheCommandLineUseTheClientOfTheJdk =
      noClasses()
          .that()
          .resideOutsideOfPackages(SUBJECTS, CLI)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(JDK_HTTP)
          .because("Android has no java.net.http");

  @ArchTest
  static final ArchRule onlyTheTimekeeperReadsAClockOrWaits =
      noClasses()
          .that(SDK.and(not(TIMEKEEPER)).and(not(resideInAPackage(JDBC)))) // A lease is real time.
          .should()
          .accessTargetWhere(readsAClockOrWaits())
          .allowEmptyShould(true)
          .because("virtual time runs the whole engine, so a Timekeeper is its only clock");

  @ArchTest
  static final ArchRule onlyTheFlowPackageNamesFlow =
      noClasses()
          .that(SDK.and(not(resideInAnyPackage("dev.perennial.flow.."))))
          .should()
          .dependOnClassesThat(
              nameMatching("java\\.util\\.concurrent\\.(Flow|SubmissionPublisher)(\\$.*)?")
                  .forSubtype())
          .allowEmptyShould(true)
          .because("Android has Flow from API 30 only");

  @ArchTest
  static final ArchRule onlyOneClassNamesTheLoggerOfTheSystem =
      noClasses()
          .that(
              SDK.and(
                  not(
                      nameMatching("dev\\.perennial\\.internal\\.log\\.SystemLog(\\$.*)?")
                          .forSubtype())))
          .should()
          .dependOnClassesThat(nameMatching("java\\.lang\\.System\\$Logger.*").forSubtype())
          .because(
              "older versions of Android have none, and load that class only where there is one");

  @ArchTest
  static final ArchRule nothingThatAndroidLacks =
      noClasses()
          .that(SDK)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(JDK_HTTP, "sun.misc..", "java.lang.management..")
          .allowEmptyShould(true);

  private static ArchRule dependsOnHttpOnly(String transport) {
    return dependsOnly(
        resideInAPackage(transport), resideInAnyPackage(CORE).or(resideInAnyPackage(HTTP)));
  }

  /** Of our own modules; other libraries do not count. */
  private static ArchRule dependsOnly(
      DescribedPredicate<JavaClass> module, DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(module)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.perennial..").and(not(allowed)).and(not(module)))
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaAccess<?>> readsAClockOrWaits() {
    return calls(assignableTo(System.class), "nanoTime|currentTimeMillis")
        .or(calls(resideInAPackage("java.time"), "now"))
        .or(calls(assignableTo(Clock.class), ".*"))
        .or(calls(assignableTo(Thread.class), "sleep|join"))
        .or(calls(type(Object.class), "wait"))
        .or(calls(assignableTo(TimeUnit.class), "sleep|timedJoin|timedWait"))
        .or(calls(assignableTo(Condition.class), "await.*"))
        .or(calls(assignableTo(LockSupport.class), "park.*"))
        .or(calls(assignableTo(CountDownLatch.class), "await"))
        .or(calls(assignableTo(Semaphore.class), "acquire.*"))
        .or(calls(assignableTo(BlockingQueue.class), "take|put"))
        .or(calls(assignableTo(ScheduledExecutorService.class), ".*"))
        .or(calls(assignableTo(Timer.class), ".*"))
        .as("a clock or a wait");
  }

  private static DescribedPredicate<JavaAccess<?>> calls(
      DescribedPredicate<? super JavaClass> type, String methods) {
    return target(owner(type)).and(target(nameMatching(methods)));
  }
}
