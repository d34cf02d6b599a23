namespace WebApp.Features.Audit;

/// <summary>Events are numbered by UUIDv7 (RFC 9562 5.7), whose first 48 bits are the time in milliseconds: an index on ids is one on time.</summary>
public static class EventIds
{
    /// <summary>An id that no event of this time or later comes before.</summary>
    public static Guid FirstAt(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(time.ToUnixTimeMilliseconds(), 0) << 16);
        return new(bytes, bigEndian: true);
    }
}
