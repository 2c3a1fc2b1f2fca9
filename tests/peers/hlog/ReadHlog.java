// Reads interval logs with the official HdrHistogram library for Java, and
// prints one record a line:
//
//   start,SECONDS                   StartTime and BaseTime of a log, since the
//   base,SECONDS                    epoch
//   line,TAG,START,LENGTH,VALUES    each line of the logs, its own first two
//                                   numbers in seconds
//   sum,TAG,LINES,VALUES            all lines of a tag in all logs, added up;
//                                   tags in alphabetical order
//
// VALUES are COUNT,MAX,P50,P90,P99,P99.9,BUCKETS: times in nanoseconds, and
// BUCKETS each recorded value (the highest that its bucket holds) and how often,
// as VALUE:COUNT, separated by spaces. The lines are read by HistogramLogScanner
// and the sums by HistogramLogReader, which are two paths through the library.
//
// java -cp /usr/share/java/hdrhistogram.jar tests/peers/hlog/ReadHlog.java LOG...

import java.io.FileInputStream;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogScanner;

public class ReadHlog {
    static final double[] PERCENTILES = {50, 90, 99, 99.9};

    public static void main(String[] logs) throws Exception {
        Map<String, Histogram> sums = new TreeMap<>();
        Map<String, Integer> lines = new TreeMap<>();
        for (String log : logs) {
            new HistogramLogScanner(new FileInputStream(log)).process(new Lines());
            HistogramLogReader reader = new HistogramLogReader(log);
            EncodableHistogram next;
            while ((next = reader.nextIntervalHistogram()) != null) {
                Histogram histogram = (Histogram) next;
                sums.computeIfAbsent(histogram.getTag(), tag -> empty()).add(histogram);
                lines.merge(histogram.getTag(), 1, Integer::sum);
            }
        }
        sums.forEach((tag, sum) ->
            System.out.printf("sum,%s,%d,%s%n", tag, lines.get(tag), values(sum)));
    }

    static class Lines implements HistogramLogScanner.EventHandler {
        public boolean onComment(String comment) {
            return false;
        }

        public boolean onBaseTime(double seconds) {
            System.out.printf(Locale.ROOT, "base,%.3f%n", seconds);
            return false;
        }

        public boolean onStartTime(double seconds) {
            System.out.printf(Locale.ROOT, "start,%.3f%n", seconds);
            return false;
        }

        public boolean onHistogram(String tag, double start, double length,
                HistogramLogScanner.EncodableHistogramSupplier supplier) {
            try {
                Histogram histogram = (Histogram) supplier.read();
                System.out.printf(Locale.ROOT, "line,%s,%.3f,%.3f,%s%n", tag, start, length,
                    values(histogram));
            } catch (java.util.zip.DataFormatException error) {
                return onException(error);
            }
            return false;
        }

        public boolean onException(Throwable error) {
            throw new IllegalStateException(error);
        }
    }

    static Histogram empty() {
        Histogram histogram = new Histogram(3);
        histogram.setAutoResize(true);
        return histogram;
    }

    static String values(Histogram histogram) {
        StringJoiner fields = new StringJoiner(",");
        fields.add(Long.toString(histogram.getTotalCount()));
        fields.add(Long.toString(histogram.getMaxValue()));
        for (double percentile : PERCENTILES) {
            fields.add(Long.toString(histogram.getValueAtPercentile(percentile)));
        }
        StringJoiner buckets = new StringJoiner(" ");
        for (HistogramIterationValue value : histogram.recordedValues()) {
            buckets.add(value.getValueIteratedTo() + ":" + value.getCountAtValueIteratedTo());
        }
        return fields.add(buckets.toString()).toString();
    }
}
