package dev.perennial.published;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A POM of this build. It is published unchanged. */
final class Pom {
  private final Path file;
  private final Document document;
  private final XPath paths = XPathFactory.newInstance().newXPath();

  private Pom(Path file, Document document) {
    this.file = file;
    this.document = document;
  }

  /** A dependency of a POM, with the scope that is set there. */
  record Dependency(String groupId, String artifactId, String scope, boolean isOptional) {
    /** Returns whether users of the artifact get this dependency too. */
    boolean isShipped() {
      return !isOptional && (scope.equals("compile") || scope.equals("runtime"));
    }
  }

  static Pom read(Path file) {
    try {
      return new Pom(
          file,
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(Files.newInputStream(file)));
    } catch (IOException | ParserConfigurationException | SAXException e) {
      throw new AssertionError(file.toString(), e);
    }
  }

  /** Returns the text at an XPath such as {@code /project/name}; empty if there is none. */
  String text(String path) {
    List<String> texts = texts(path);
    return texts.isEmpty() ? "" : texts.get(0);
  }

  List<String> texts(String path) {
    return nodes(path).stream().map(node -> node.getTextContent().strip()).toList();
  }

  List<Dependency> dependencies() {
    return nodes("/project/dependencies/dependency").stream().map(Pom::dependency).toList();
  }

  private static Dependency dependency(Node node) {
    String scope = child(node, "scope");
    return new Dependency(
        child(node, "groupId"),
        child(node, "artifactId"),
        scope.isEmpty() ? "compile" : scope,
        child(node, "optional").equals("true"));
  }

  private static String child(Node node, String name) {
    NodeList children = node.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i).getNodeName().equals(name)) {
        return children.item(i).getTextContent().strip();
      }
    }
    return "";
  }

  private List<Node> nodes(String path) {
    try {
      NodeList found = (NodeList) paths.evaluate(path, document, XPathConstants.NODESET);
      List<Node> nodes = new ArrayList<>();
      for (int i = 0; i < found.getLength(); i++) {
        nodes.add(found.item(i));
      }
      return nodes;
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
