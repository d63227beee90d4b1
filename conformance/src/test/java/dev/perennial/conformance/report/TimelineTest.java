package dev.perennial.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.CrudeSseClient;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.scenario.ScenarioResult;
import dev.perennial.conformance.scenario.Trace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The pictures of the runs of a client that fails. */
@Timeout(60)
class TimelineTest {
  @TempDir private Path folder;

  @Test
  void picturesOfManyConnectionsStaySmall() throws Exception {
    Report report = CrudeSseClient.report("crude", "backoff-08");

    Result result = report.results().get(0);
    Trace trace = Objects.requireNonNull(ScenarioResult.traceOf(result));
    // How many there are depends on the machine; from 11 on the middle ones share a lane.
    assertTrue(trace.requestCount() > 20, "requests: " + trace.requestCount());
    Markup out = new Markup();
    Timeline.draw(result, trace, out);
    String picture = out.toString();
    assertTrue(picture.length() < 80_000, "characters: " + picture.length());
    assertTrue(picture.contains(" more</text>"), picture);
  }

  @Test
  void pictureIsXmlAndSaysWhatItShows() throws Exception {
    Result result = CrudeSseClient.report("crude", "sse-05").results().get(0);
    Markup out = new Markup();
    Timeline.draw(result, Objects.requireNonNull(ScenarioResult.traceOf(result)), out);
    Path file = folder.resolve("picture.xml");
    Files.writeString(file, out.toString());

    Document picture =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());

    Element svg = (Element) picture.getElementsByTagName("svg").item(0);
    assertTrue(svg.getAttribute("aria-label").startsWith("Timeline: "));
    int marks = picture.getElementsByTagName("g").getLength();
    assertTrue(marks > 4, "marks: " + marks);
    assertEquals(marks, picture.getElementsByTagName("title").getLength());
  }
}
