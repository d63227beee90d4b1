package dev.perennial.sample;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import android.view.Menu;
import android.view.MenuItem;
import android.view.View;
import android.widget.ImageView;
import android.widget.ListView;
import android.widget.TextView;
import android.widget.Toast;
import dev.perennial.websocket.WebSocketSender;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The last events of a stream, and what its subscription does. */
public final class FeedActivity extends Activity implements Feed.Screen {
  private static final long SECOND_MILLIS = 1_000;

  private final Handler handler = new Handler(Looper.getMainLooper());
  private final Runnable everySecond = this::countDown;
  private @Nullable Feed feed; // Null before onCreate.
  private @Nullable LinesAdapter lines; // Null before onCreate.

  @Override
  protected void onCreate(@Nullable Bundle state) {
    super.onCreate(state);
    setContentView(R.layout.feed);
    lines = new LinesAdapter(getLayoutInflater(), getResources());
    ListView list = findViewById(R.id.lines);
    list.setAdapter(lines);
    list.setEmptyView(findViewById(R.id.nothing_yet));
    findViewById(R.id.try_again).setOnClickListener(button -> follow(feed().settings()));
    findViewById(R.id.send).setOnClickListener(button -> send());
    ((TextView) findViewById(R.id.message))
        .setOnEditorActionListener(
            (view, action, event) -> {
              send();
              return true;
            });
    Feed before = (Feed) getLastNonConfigurationInstance();
    feed = before != null ? before : start(FeedSettings.load(this));
  }

  @Override
  protected void onStart() {
    super.onStart();
    FeedSettings wanted = FeedSettings.load(this);
    if (!wanted.equals(feed().settings())) {
      follow(wanted);
    }
    feed().showOn(this);
    changed();
    handler.postDelayed(everySecond, SECOND_MILLIS);
  }

  @Override
  protected void onStop() {
    handler.removeCallbacks(everySecond);
    feed().showOn(null);
    super.onStop();
  }

  /** Hands the feed to the activity that a rotation puts in this one's place. */
  @Override
  public Object onRetainNonConfigurationInstance() {
    return feed();
  }

  @Override
  protected void onDestroy() {
    if (feed != null && !isChangingConfigurations()) { // Null when onCreate failed.
      feed.close();
    }
    super.onDestroy();
  }

  @Override
  public boolean onCreateOptionsMenu(Menu menu) {
    getMenuInflater().inflate(R.menu.feed, menu);
    return true;
  }

  @Override
  public boolean onOptionsItemSelected(MenuItem item) {
    if (item.getItemId() == R.id.settings) {
      startActivity(new Intent(this, SettingsActivity.class));
      return true;
    }
    return super.onOptionsItemSelected(item);
  }

  Feed feed() {
    return Objects.requireNonNull(feed, "feed");
  }

  private Feed start(FeedSettings settings) {
    return new Feed(settings, SampleApplication.of(this));
  }

  private void follow(FeedSettings settings) {
    feed().close(); // First: two subscriptions may not share a cursor.
    Feed next = start(settings);
    feed = next;
    next.showOn(this);
    changed();
  }

  private void send() {
    TextView message = findViewById(R.id.message);
    String text = message.getText().toString();
    if (text.isEmpty()) {
      return;
    }
    WebSocketSender.Outcome outcome = feed().send(text);
    if (outcome.isRefused()) {
      Toast.makeText(this, words(outcome), Toast.LENGTH_LONG).show();
    } else {
      message.setText("");
    }
  }

  private static int words(WebSocketSender.Outcome refusal) {
    return switch (refusal) {
      case NOT_CONNECTED -> R.string.sent_not_connected;
      case QUEUE_FULL -> R.string.sent_queue_full;
      case TOO_LARGE -> R.string.sent_too_large;
      case ACCEPTED, CLOSED -> R.string.sent_closed;
    };
  }

  private void countDown() {
    showBanner();
    handler.postDelayed(everySecond, SECOND_MILLIS);
  }

  @Override
  public void changed() {
    Objects.requireNonNull(lines, "lines").show(feed().lines());
    showBanner();
  }

  private void showBanner() {
    Feed shown = feed();
    Banner banner = Banner.of(shown.state(), shown.nextAttemptIn(), getResources());
    TextView state = findViewById(R.id.state);
    if (!banner.words().contentEquals(state.getText())) {
      state.setText(banner.words()); // Told to a screen reader only when it has changed.
    }
    TextView tally = findViewById(R.id.tally);
    tally.setText(Tally.of(shown, getResources()));
    ImageView dot = findViewById(R.id.dot);
    dot.setColorFilter(getColor(banner.color()));
    show(R.id.try_again, banner.isFinal());
    show(R.id.send_row, shown.canSend());
  }

  private void show(int view, boolean isVisible) {
    findViewById(view).setVisibility(isVisible ? View.VISIBLE : View.GONE);
  }
}
