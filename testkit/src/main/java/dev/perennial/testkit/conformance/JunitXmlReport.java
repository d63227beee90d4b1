package dev.perennial.testkit.conformance;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Reports as JUnit's XML, which build servers show: a suite for each client and transport.
 *
 * @since 0.1.0
 */
public final class JunitXmlReport {
  private final XMLStreamWriter xml;

  private JunitXmlReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /**
   * Writes all suites, replacing the file. A rule that does not apply is skipped, and so is an
   * optional one that is not kept, since it does not fail a client.
   *
   * @param reports any number of them
   * @throws IOException when the file cannot be written
   */
  public static void write(List<Report> reports, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
      new JunitXmlReport(xml).write(reports);
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("The XML could not be written to " + file + ": " + e.getMessage(), e);
    }
  }

  private void write(List<Report> reports) throws XMLStreamException {
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuites");
    attribute("name", "conformance");
    counts(reports.stream().flatMap(report -> report.results().stream()).toList());
    for (Report report : reports) {
      for (Protocol protocol : Protocol.values()) {
        List<Result> own =
            report.results().stream().filter(one -> one.protocol() == protocol).toList();
        if (!own.isEmpty()) {
          suite(report, protocol, own);
        }
      }
    }
    end(0);
  }

  private void suite(Report report, Protocol protocol, List<Result> results)
      throws XMLStreamException {
    begin("testsuite", 1);
    attribute("name", report.subject() + " over " + protocol.label());
    counts(results);
    begin("properties", 2);
    property("seed", Long.toString(report.seed()));
    property("speed", Double.toString(report.speed()));
    end(2);
    for (Result result : results) {
      testcase(report, result);
    }
    end(1);
  }

  /** The counts that suites have. Their time is what their cases took, as if one by one. */
  private void counts(List<Result> results) throws XMLStreamException {
    long failures = results.stream().filter(Result::isFailure).count();
    long passed = results.stream().filter(one -> one.verdict() == Verdict.PASSED).count();
    attribute("tests", Integer.toString(results.size()));
    attribute("failures", Long.toString(failures));
    attribute("errors", "0");
    attribute("skipped", Long.toString(results.size() - failures - passed));
    attribute(
        "time", seconds(results.stream().map(Result::took).reduce(Duration.ZERO, Duration::plus)));
  }

  private void property(String name, String value) throws XMLStreamException {
    line(3);
    xml.writeEmptyElement("property");
    attribute("name", name);
    attribute("value", value);
  }

  private void testcase(Report report, Result result) throws XMLStreamException {
    begin("testcase", 2);
    // Viewers take what is before the last point of a class for its package.
    attribute("classname", report.subject().replace('.', '-') + "." + result.protocol().label());
    attribute("name", result.rule().toString());
    attribute("time", seconds(result.took()));
    switch (result.verdict()) {
      case PASSED -> {
        // Nothing to say.
      }
      case NOT_APPLICABLE -> skipped(String.join(" ", result.problems()));
      case FAILED -> {
        if (result.isFailure()) {
          failure(result);
        } else {
          skipped("Optional, and not kept: " + String.join(" ", result.problems()));
        }
      }
    }
    end(2);
  }

  private void skipped(String reason) throws XMLStreamException {
    line(3);
    xml.writeEmptyElement("skipped");
    attribute("message", reason);
  }

  private void failure(Result result) throws XMLStreamException {
    begin("failure", 3);
    attribute("type", result.rule().level().label());
    attribute("message", result.problems().get(0));
    xml.writeCharacters(Markup.visible(String.join("\n", result.problems())));
    xml.writeCharacters("\nSource: " + result.rule().source());
    xml.writeEndElement();
  }

  // ---- What XML is written with ----

  private void begin(String name, int depth) throws XMLStreamException {
    line(depth);
    xml.writeStartElement(name);
  }

  private void end(int depth) throws XMLStreamException {
    line(depth);
    xml.writeEndElement();
  }

  private void line(int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, Markup.visible(value));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9);
  }
}
