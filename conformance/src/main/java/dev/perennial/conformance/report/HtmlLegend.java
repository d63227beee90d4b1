package dev.perennial.conformance.report;

/** The legend of the timelines. */
final class HtmlLegend {
  private static final double WIDTH = 22;
  private static final double MIDDLE = 9;

  private HtmlLegend() {}

  static void write(Markup out) {
    out.open("details", "class", "legend").leaf("summary", "How to read the pictures");
    out.leaf(
        "p",
        "Time runs from left to right, in real time. The first lane is the client, the others are"
            + " its connections as the server saw them. Hover over a mark for details.");
    out.open("ul");
    Svg svg = new Svg(out, 0, WIDTH);
    double x = WIDTH / 2;
    begin(out, svg, "started").shape(x, MIDDLE, -4, -6, 4, 0, -4, 6).endMark();
    end(out, "client starts");
    begin(out, svg, "opened").circle(x, MIDDLE, 3).endMark();
    end(out, "client reports that it is open");
    begin(out, svg, "event").circle(x, MIDDLE, 4.5).endMark();
    end(out, "event delivered (a longer mark stands for many, with their number)");
    begin(out, svg, "gap").shape(x, MIDDLE, 0, -7, 7, 0, 0, 7, -7, 0).endMark();
    end(out, "gap reported");
    begin(out, svg, "stored").rect(x - 4, MIDDLE - 2, 8, 4, 0).endMark();
    end(out, "cursor stored");
    begin(out, svg, "held").rect(x - 9, 1, 18, 16, 2).endMark();
    end(out, "consumer busy");
    begin(out, svg, "thrown").circle(x, MIDDLE, 6).cross(x, MIDDLE, 3).endMark();
    end(out, "consumer throws");
    begin(out, svg, "completed").rect(x - 5, 1, 10, 16, 2).endMark();
    end(out, "stream completes");
    begin(out, svg, "failed").rect(x - 6, 1, 12, 16, 2).cross(x, MIDDLE, 4).endMark();
    end(out, "stream fails");
    begin(out, svg, "closed").line(x, 0, x, 18).endMark();
    end(out, "client is closed");
    begin(out, svg, "bar").rect(2, 3, 18, 12, 2).endMark();
    end(out, "connection, from its request to its end");
    begin(out, svg, "bar").rect(2, 3, 18, 12, 0).endMark();
    svg.mark("sent", "request").rect(6, 5, 1, 8, 0).rect(10, 5, 1, 8, 0).rect(16, 5, 1, 8, 0);
    svg.endMark();
    end(out, "many connections, with a tick for each request");
    begin(out, svg, "sent").rect(x - 1, 5, 2, 8, 0).endMark();
    end(out, "bytes sent");
    begin(out, svg, "alive").rect(x - 1, 8, 2, 4, 0).endMark();
    end(out, "heartbeat sent");
    begin(out, svg, "received").shape(x, MIDDLE + 3, 0, -7, 5, 2, -5, 2).endMark();
    end(out, "frame received");
    begin(out, svg, "fault").cross(x, MIDDLE, 6).endMark();
    end(out, "fault of the server");
    begin(out, svg, "end").rect(x - 1.5, 0, 3, 18, 0).endMark();
    end(out, "orderly end");
    begin(out, svg, "answer").rect(x - 2, 0, 4, 18, 0).endMark();
    end(out, "response, with its status");
    begin(out, svg, "left").circle(x, MIDDLE, 4).endMark();
    end(out, "client leaves");
    begin(out, svg, "wait").line(1, MIDDLE, 15, MIDDLE).shape(20, MIDDLE, 0, 0, -6, -3.5, -6, 3.5);
    svg.endMark();
    end(out, "wait before the next request");
    begin(out, svg, "break").rect(x - 4, 0, 8, 18, 0).line(x - 4, 0, x - 4, 18);
    svg.line(x + 4, 0, x + 4, 18).endMark();
    end(out, "a long time without any event, drawn shorter");
    out.close("ul").close("details");
  }

  private static Svg begin(Markup out, Svg svg, String kind) {
    out.open("li").open("svg", "viewBox", "0 0 22 18", "width", "22", "height", "18");
    return svg.mark(kind, kind);
  }

  private static void end(Markup out, String words) {
    out.close("svg").leaf("span", words).close("li");
  }
}
