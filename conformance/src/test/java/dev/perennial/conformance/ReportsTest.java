package dev.perennial.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.conformance.scenario.ScenarioResult;
import dev.perennial.conformance.scenario.Trace;
import dev.perennial.conformance.scenario.TraceEvent.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The reports of a client that fails, read back. */
@Timeout(60)
class ReportsTest {
  private static final String EVIL = "</script><script>alert('|')</script>\0`*_";

  private static Report crude = made("crude", List.of()); // Replaced before the tests.

  @TempDir private Path dir;

  @BeforeAll
  static void run() throws Exception {
    // A rule that fails, one that does not apply, and an optional one.
    crude = CrudeSseClient.report("crude <b>|", "sse-05", "gap-01", "http-204");
  }

  private static Report made(String subject, List<Result> results) {
    return new Report(subject, 7, 20, Duration.ofMillis(1_234), results);
  }

  private static Rule rule(String id) {
    return Rules.all().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  private static Result ran(String rule, List<String> problems) {
    Trace trace = new Trace();
    trace.add(Kind.STARTED, 1, "");
    trace.event(1, "1", "message", EVIL);
    trace.sent(1, EVIL, new byte[] {0, -1});
    return ScenarioResult.ran(rule(rule), Protocol.SSE, problems, trace, List.of());
  }

  private static Result ran(Rule rule, Protocol protocol, List<String> problems) {
    return ScenarioResult.ran(rule, protocol, problems, new Trace(), List.of());
  }

  // ---- JUnit's XML ----

  private Document xml(List<Report> reports) throws Exception {
    Path file = dir.resolve("report.xml");
    JunitXmlReport.write(reports, file);
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
  }

  @Test
  void xmlHasSuiteWithFailuresAndWhatWasSkipped() throws Exception {
    Document document = xml(List.of(crude));

    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertEquals("crude <b>| over sse", suite.getAttribute("name"));
    assertEquals("3", suite.getAttribute("tests"));
    assertEquals("2", suite.getAttribute("failures"));
    assertEquals("1", suite.getAttribute("skipped"));
    assertEquals(3, document.getElementsByTagName("testcase").getLength());
    Element failure = (Element) document.getElementsByTagName("failure").item(0);
    assertTrue(failure.getTextContent().contains("Expected the events [one]. But they were ["));
    Element skipped = (Element) document.getElementsByTagName("skipped").item(0);
    assertTrue(skipped.getAttribute("message").startsWith("It does not claim that it "));
  }

  @Test
  void xmlDoesWithoutCharactersThatXmlLacks() throws Exception {
    Document document = xml(List.of(made("one", List.of(ran("sse-05", List.of(EVIL))))));

    Element failure = (Element) document.getElementsByTagName("failure").item(0);
    assertEquals(EVIL.replace('\0', '\ufffd'), failure.getAttribute("message"));
  }

  // ---- JSON ----

  @Test
  void jsonHasProblemsAndTrace() throws Exception {
    Path file = dir.resolve("report.json");
    Result made = ran("sse-05", List.of(EVIL));

    JsonReport.write(List.of(crude, made("made", List.of(made))), file);

    JsonNode reports = new ObjectMapper().readTree(file.toFile()).get("reports");
    JsonNode first = reports.get(0);
    assertEquals("crude <b>|", first.get("subject").asText());
    assertEquals(7, first.get("seed").asLong());
    assertEquals(2, first.get("failed").asInt());
    assertEquals(1, first.get("notApplicable").asInt());
    assertFalse(first.get("keepsRules").asBoolean());
    for (int i = 0; i < 3; i++) {
      Result expected = crude.results().get(i);
      JsonNode actual = first.get("results").get(i);
      assertEquals(expected.key(), actual.get("scenario").asText());
      assertEquals(expected.verdict().label(), actual.get("verdict").asText());
      assertEquals(expected.problems().size(), actual.get("problems").size());
      Trace trace = ScenarioResult.traceOf(expected);
      assertEquals(trace == null, actual.get("trace") == null);
    }
    JsonNode trace = reports.get(1).get("results").get(0).get("trace");
    assertEquals("event", trace.get(1).get("kind").asText());
    assertEquals(EVIL, trace.get(1).get("text").asText());
    assertEquals("1", trace.get(1).get("id").asText());
    assertArrayEquals(new byte[] {0, -1}, trace.get(2).get("bytes").binaryValue());
  }

  @Test
  void jsonHasWhatWasAskedFor() throws Exception {
    Path file = dir.resolve("report.json");

    JsonReport.write(List.of(crude), file);

    JsonNode results = new ObjectMapper().readTree(file.toFile()).at("/reports/0/results");
    JsonNode request =
        results.findParents("method").stream()
            .filter(one -> one.get("kind").asText().equals("request"))
            .findFirst()
            .orElseThrow();
    assertEquals("GET", request.get("method").asText());
    assertEquals("Host", request.at("/headers/0/0").asText());
    assertTrue(request.get("cursor").isNull());
    assertEquals(1, request.get("connection").asInt());
  }

  // ---- Markdown ----

  private String markdown(List<Report> reports) throws Exception {
    Path file = dir.resolve("table.md");
    MarkdownReport.write(reports, "perennial conformance table", file);
    return Files.readString(file);
  }

  @Test
  void markdownTablesAreWellFormed() throws Exception {
    Report other = made("other", List.of(ran("sse-05", List.of()), ran("http-204", List.of(EVIL))));

    String page = markdown(List.of(crude, other));

    int columns = 0;
    for (String line : page.lines().toList()) {
      int own = line.startsWith("|") ? line.split("(?<!\\\\)\\|", -1).length : 0;
      assertTrue(columns == 0 || own == 0 || own == columns, line);
      columns = own;
    }
    assertTrue(page.contains("\n    perennial conformance table\n"), page);
    assertTrue(page.contains("| **crude \\<b\\>\\|** | 0 | 2 | 0 | 1 | sse |"), page);
    assertTrue(page.contains("| sse-05 | **FAIL** | pass |"), page);
    assertTrue(page.contains("| gap-01 | n/a | n/a |"), page);
    assertTrue(page.contains("\n- **sse-05** (sse): Expected the events"), page);
    assertFalse(page.contains("<script>"), page);
  }

  @Test
  void markdownShortensProblems() throws Exception {
    Result result = ran("sse-05", List.of("Expected.", "word ".repeat(100)));

    String page = markdown(List.of(made("one", List.of(result))));

    assertTrue(page.lines().allMatch(line -> line.length() <= 120), page);
    String failure =
        page.replace("\n  ", " ")
            .lines()
            .filter(line -> line.startsWith("- **sse-05**"))
            .findFirst()
            .orElseThrow();
    assertTrue(failure.startsWith("- **sse-05** (sse): Expected. word word"), failure);
    assertEquals("- **sse-05** (sse): ".length() + 200, failure.length());
    assertTrue(failure.endsWith("…"), failure);
  }

  @Test
  void markdownNamesTransportsWhereTheyDiffer() throws Exception {
    Rule rule = rule("gap-01");
    Result passed = ran(rule, Protocol.NDJSON, List.of());
    Result failed = ran(rule, Protocol.SSE, List.of("Expected."));

    String page = markdown(List.of(made("one", List.of(failed, passed))));

    assertTrue(page.contains(" | **FAIL** (sse), pass (ndjson) |"), page);
  }

  // ---- HTML ----

  private String html(Report... reports) throws Exception {
    Path file = dir.resolve("report.html");
    HtmlReport.write(List.of(reports), file);
    return Files.readString(file);
  }

  private static int count(String page, String regex) {
    return (int) Pattern.compile(regex).matcher(page).results().count();
  }

  @Test
  void pageNeedsNothingElse() throws Exception {
    String page = html(crude);

    assertEquals(0, count(page, "(?i)(src|href)\\s*=\\s*[\"']?(https?:|//)"));
    assertEquals(0, count(page, "(?i)<link|@import|url\\("));
  }

  @Test
  void pageHasPictureOfEachFailureAndOpensIt() throws Exception {
    String page = html(crude);

    assertEquals(2, count(page, "<details open class=\"run failed\""));
    assertEquals(2, count(page, "<div class=\"picture\"><svg"));
    assertEquals(1, count(page, "<details class=\"run not-applicable\""));
    assertTrue(page.indexOf("id=\"run-1-http-204-sse\"") < page.indexOf("run-1-gap-01-sse\""));
    assertTrue(page.contains("✗ crude &lt;b&gt;| fails 2 of 2 runs: 0 passed, 1 not applicable."));
  }

  @Test
  void pageOfSeveralComparesThemAndShowsFailures() throws Exception {
    Report other = made("other", List.of(ran("sse-05", List.of()), ran("http-204", List.of(EVIL))));

    String page = html(crude, other);

    assertTrue(page.contains("Comparison, rule by rule"));
    assertEquals(3, count(page, "<details open class=\"run failed\""));
    assertEquals(0, count(page, "class=\"run passed\""));
    assertTrue(page.contains("href=\"#run-2-http-204-sse\""), page);
    assertTrue(page.contains("id=\"run-2-http-204-sse\""), page);
  }

  @Test
  void pageEscapesWhatClientsTell() throws Exception {
    String page = html(made(EVIL, List.of(ran("sse-05", List.of(EVIL)))));

    assertFalse(page.contains("<script>alert"), page);
    assertEquals(1, count(page, "<script"));
    assertTrue(page.contains("&lt;script&gt;alert"), page);
  }

  @Test
  void reportsOfNothingAreRefused() {
    Path file = dir.resolve("none");

    assertThrows(IllegalArgumentException.class, () -> HtmlReport.write(List.of(), file));
    assertThrows(IllegalArgumentException.class, () -> MarkdownReport.write(List.of(), "", file));
  }
}
