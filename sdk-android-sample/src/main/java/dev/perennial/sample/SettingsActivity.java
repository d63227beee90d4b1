package dev.perennial.sample;

import android.app.Activity;
import android.os.Bundle;
import android.view.MenuItem;
import android.widget.EditText;
import android.widget.RadioGroup;
import org.jspecify.annotations.Nullable;

/** Lets the user choose the feed's address and transport. */
public final class SettingsActivity extends Activity {

  @Override
  protected void onCreate(@Nullable Bundle state) {
    super.onCreate(state);
    setContentView(R.layout.settings);
    if (getActionBar() != null) {
      getActionBar().setDisplayHomeAsUpEnabled(true);
    }
    if (state == null) { // Otherwise the views restore what was typed.
      show(FeedSettings.load(this));
    }
    findViewById(R.id.save).setOnClickListener(button -> save());
  }

  @Override
  public boolean onOptionsItemSelected(MenuItem item) {
    if (item.getItemId() == android.R.id.home) {
      finish();
      return true;
    }
    return super.onOptionsItemSelected(item);
  }

  private void show(FeedSettings settings) {
    EditText endpoint = findViewById(R.id.endpoint);
    endpoint.setText(settings.endpoint());
    RadioGroup transports = findViewById(R.id.transport);
    transports.check(
        switch (settings.transport()) {
          case SSE -> R.id.transport_sse;
          case NDJSON -> R.id.transport_ndjson;
          case WEBSOCKET -> R.id.transport_websocket;
        });
  }

  private void save() {
    EditText field = findViewById(R.id.endpoint);
    String endpoint = field.getText().toString().trim();
    FeedTransport transport = transport();
    String problem = new EndpointCheck(getResources()).problem(endpoint, transport);
    if (problem != null) {
      field.setError(problem);
      field.requestFocus();
      return;
    }
    new FeedSettings(endpoint, transport).save(this);
    finish();
  }

  private FeedTransport transport() {
    int checked = ((RadioGroup) findViewById(R.id.transport)).getCheckedRadioButtonId();
    if (checked == R.id.transport_ndjson) {
      return FeedTransport.NDJSON;
    }
    return checked == R.id.transport_websocket ? FeedTransport.WEBSOCKET : FeedTransport.SSE;
  }
}
