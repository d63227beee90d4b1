package dev.perennial.sample;

import android.content.res.Resources;
import android.view.LayoutInflater;
import android.view.View;
import android.view.ViewGroup;
import android.widget.BaseAdapter;
import android.widget.TextView;
import dev.perennial.Gap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows the lines of a feed as views. */
final class LinesAdapter extends BaseAdapter {
  private final LayoutInflater inflater;
  private final Resources resources;
  private List<Line> lines = List.of();

  LinesAdapter(LayoutInflater inflater, Resources resources) {
    this.inflater = inflater;
    this.resources = resources;
  }

  void show(List<Line> lines) {
    this.lines = lines;
    notifyDataSetChanged();
  }

  @Override
  public int getCount() {
    return lines.size();
  }

  @Override
  public Line getItem(int position) {
    return lines.get(position);
  }

  @Override
  public long getItemId(int position) {
    return position;
  }

  @Override
  public View getView(int position, @Nullable View used, ViewGroup parent) {
    View view = used != null ? used : inflater.inflate(R.layout.line, parent, false);
    TextView head = view.findViewById(R.id.head);
    TextView text = view.findViewById(R.id.text);
    Line line = lines.get(position);
    Gap gap = line.gap();
    String top = gap == null ? head(line) : "";
    head.setText(top);
    head.setVisibility(top.isEmpty() ? View.GONE : View.VISIBLE);
    text.setText(gap == null ? line.text() : gapWords(gap));
    text.setTextColor(resources.getColor(gap == null ? R.color.text : R.color.bad, null));
    return view;
  }

  private String head(Line line) {
    String id = line.id();
    return id == null ? line.type() : resources.getString(R.string.line_head, line.type(), id);
  }

  private String gapWords(Gap gap) {
    return gap.missed() == Gap.UNKNOWN
        ? resources.getString(R.string.gap_line_unknown)
        : FeedSummary.plural(resources, R.plurals.gap_line, gap.missed());
  }
}
