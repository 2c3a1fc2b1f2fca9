// Reads an interval log with the official HdrHistogram library, and prints for
// each tag the values of all its intervals: tag, intervals, count, p50, maximum
// and p99 in nanoseconds; first the start time in seconds since the epoch.
//
// java -cp /usr/share/java/hdrhistogram.jar tests/peers/hlog/ReadHlog.java latency.hlog

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

public class ReadHlog {
    public static void main(String[] arguments) throws Exception {
        HistogramLogReader reader = new HistogramLogReader(arguments[0]);
        Map<String, Histogram> sums = new TreeMap<>();
        Map<String, Integer> intervals = new TreeMap<>();
        double last = 0;
        EncodableHistogram next;
        while ((next = reader.nextIntervalHistogram()) != null) {
            Histogram histogram = (Histogram) next;
            String tag = histogram.getTag();
            Histogram sum = sums.get(tag);
            if (sum == null) {
                sum = new Histogram(3);
                sum.setAutoResize(true);
                sums.put(tag, sum);
            }
            sum.add(histogram);
            intervals.merge(tag, 1, Integer::sum);
            last = histogram.getEndTimeStamp() / 1000.0;
        }
        System.out.printf("start,%.3f,%.3f%n", reader.getStartTimeSec(), last);
        for (Map.Entry<String, Histogram> entry : sums.entrySet()) {
            Histogram sum = entry.getValue();
            System.out.printf("%s,%d,%d,%d,%d,%d%n", entry.getKey(), intervals.get(entry.getKey()),
                sum.getTotalCount(), sum.getValueAtPercentile(50), sum.getMaxValue(),
                sum.getValueAtPercentile(99));
        }
    }
}
