using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Sluice.Telemetry.Otlp;

public static partial class OtlpIndexer
{
    /// <summary>What one pass over a request carries along: the bytes, what is known of them, and the first fault.</summary>
    private ref struct Scan
    {
        /// <summary>The request, or the single record. All positions are indices into it.</summary>
        public readonly ReadOnlySpan<byte> Data;

        /// <summary>Levels of lists allowed in a value.</summary>
        public readonly int MaxDepth;

        /// <summary>Whether values were checked before.</summary>
        public readonly bool IsChecked;

        /// <summary>Why the record, resource or scope at hand is refused: its first fault in the order of the bytes.</summary>
        public RejectionReason Reason;

        /// <summary>Time of the data point at hand.</summary>
        public ulong PointTime;

        /// <summary>Why the pass ended early.</summary>
        public IndexStatus Status;

        /// <summary>Where it did.</summary>
        public int ErrorOffset;

        /// <summary>Records met, refused ones included.</summary>
        public int Records;

        private int _asciiStart;
        private int _asciiEnd;

        public Scan(ReadOnlySpan<byte> data, IndexLimits limits)
        {
            Data = data;
            MaxDepth = Math.Min(limits.MaxDepth, IndexLimits.DeepestMaxDepth);
            IsChecked = limits.IsChecked;
            _asciiEnd = limits.IsChecked ? data.Length : 0;
        }

        /// <summary>Ends the pass.</summary>
        /// <returns>False, for the caller to return.</returns>
        public bool Malformed(int position)
        {
            Status = IndexStatus.Malformed;
            ErrorOffset = position;
            return false;
        }

        /// <inheritdoc cref="Malformed"/>
        public bool TooManyRecords(int position)
        {
            Status = IndexStatus.TooManyRecords;
            ErrorOffset = position;
            return false;
        }

        /// <summary>Notes a fault of what is at hand; reading goes on, since the rest of the request must be well-formed all the same.</summary>
        public void Refuse(RejectionReason reason)
        {
            if (Reason == RejectionReason.None)
            {
                Reason = reason;
            }
        }

        /// <summary>Checks a string field.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Text(int start, int length)
        {
            if (start < _asciiStart || start + length > _asciiEnd)
            {
                CheckText(start, length);
            }
        }

        /// <summary>
        /// Looks how far the ASCII bytes reach from here. The strings of a record stand next to each other with only tags and
        /// lengths between them, so one look mostly settles all of them. Strings come in the order of their bytes, which keeps
        /// the whole pass linear: a byte is looked at again only by the one string that it cuts the run in.
        /// </summary>
        private void CheckText(int start, int length)
        {
            var run = Data[start..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            _asciiStart = start;
            _asciiEnd = run < 0 ? Data.Length : start + run;
            if (_asciiEnd < start + length && !Utf8.IsValid(Data.Slice(start, length)))
            {
                Refuse(RejectionReason.InvalidUtf8);
            }
        }
    }
}
