package dev.perennial.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the page on troubleshooting against the reasons that a failure can give. */
class TroubleshootingTest {
  private static final Pattern SECTION =
      Pattern.compile(
          "^## (\\w+)\n\n```text\n(.*?)\n```\n\nBy default: ([^\n]*)\\.\n\n",
          Pattern.MULTILINE | Pattern.DOTALL);

  /** A message up to its first variable part. */
  private static final Pattern FIXED = Pattern.compile("^(.*?)\\s*(?=\\S*/|\"|\\d|java\\.|:|$)");

  private record Section(List<String> messages, String byDefault) {}

  @Test
  void everyReasonHasItsSectionInOrder() throws IOException {
    assertEquals(
        Arrays.stream(Reason.values()).map(Reason::name).toList(),
        List.copyOf(sections().keySet()));
  }

  @Test
  void everySectionHasMessageAndAdvice() throws IOException {
    String page = Files.readString(Internals.document("troubleshooting.md"));

    assertEquals(Reason.values().length, count("(?m)^## ", page));
    assertEquals(Reason.values().length, count("(?m)^By default: ", page));
    assertEquals(Reason.values().length, count("\\*To do:\\*", page));
  }

  private static long count(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().count();
  }

  @Test
  void whatFollowsByDefaultIsTheTables() throws IOException {
    Map<String, String> words =
        Map.of(
            "RETRY", "retried",
            "RETRY_ONCE_CONNECTED", "fatal until first connected, then retried for 15 minutes",
            "FAIL_WHEN_REPEATED", "retried; fatal when the same cursor has met it 3 times",
            "RETRY_WITH_CURSOR", "retried with a cursor, fatal without one",
            "GAP", "follows the gap policy, which fails by default",
            "FAIL", "fatal");

    sections()
        .forEach(
            (reason, section) -> {
              String expected =
                  switch (Reason.valueOf(reason)) {
                    case HTTP_STATUS -> "depends on the status";
                    case CLOSE_CODE -> "depends on the close code";
                    default -> words.get(Internals.treatment(Reason.valueOf(reason), -1));
                  };
              assertEquals(expected, section.byDefault(), reason);
            });
  }

  @Test
  void everyMessageIsOneOfTheCodes() throws IOException {
    String sources = sources();

    sections()
        .forEach(
            (reason, section) ->
                section.messages().stream()
                    .map(TroubleshootingTest::fixedPart)
                    .forEach(
                        part -> assertTrue(sources.contains(part), () -> reason + ": " + part)));
  }

  private static String fixedPart(String message) {
    Matcher fixed = FIXED.matcher(message);
    assertTrue(fixed.find() && fixed.group(1).length() >= 8, message);
    return fixed.group(1);
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module :
        List.of("sdk-core", "sdk-http", "sdk-sse", "sdk-ndjson", "sdk-websocket")) {
      Path folder = Snippets.ROOT.resolve(module).resolve("src/main");
      for (Path source : Snippets.files(folder, ".java")) {
        all.append(Files.readString(source));
      }
    }
    return all.toString();
  }

  private static Map<String, Section> sections() throws IOException {
    Matcher section = SECTION.matcher(Files.readString(Internals.document("troubleshooting.md")));
    return section
        .results()
        .collect(
            Collectors.toMap(
                found -> found.group(1),
                found -> new Section(found.group(2).lines().toList(), found.group(3)),
                (a, b) -> {
                  throw new AssertionError("A reason has two sections");
                },
                LinkedHashMap::new));
  }
}
