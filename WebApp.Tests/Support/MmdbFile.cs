using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace WebApp.Tests.Support;

/// <summary>
/// Writes a file in MaxMind's format, version 2.0, as its specification says (https://maxmind.github.io/MaxMind-DB/): a search tree of 24-bit records over
/// the bits of an address, a data section, and metadata behind a marker. IPv4 networks are at <c>::/96</c>.
/// </summary>
public sealed class MmdbFile(int ipVersion = 6)
{
    private const int EmptyLength = 16; // Zero bytes between the tree and the data.

    private readonly List<Record[]> nodes = [[Record.Nothing, Record.Nothing]];
    private readonly MemoryStream data = new();

    /// <summary>Adds the data of a network: strings, numbers, lists and maps.</summary>
    public MmdbFile Add(string network, Dictionary<string, object> value)
    {
        var range = IPNetwork.Parse(network);
        var own = range.BaseAddress.GetAddressBytes();
        var address = ipVersion == 6 && own.Length == 4 ? [.. new byte[12], .. own] : own;
        var length = range.PrefixLength + ((address.Length - own.Length) * 8);
        var offset = (int)data.Length;
        Write(data, value);
        var node = 0;
        for (var bit = 0; bit < length; bit++)
        {
            var side = (address[bit / 8] >> (7 - (bit % 8))) & 1;
            if (bit == length - 1)
            {
                nodes[node][side] = new(null, offset);
                break;
            }

            if (nodes[node][side].Node is null)
            {
                nodes.Add([Record.Nothing, Record.Nothing]);
                nodes[node][side] = new(nodes.Count - 1, null);
            }

            node = nodes[node][side].Node!.Value;
        }

        return this;
    }

    /// <summary>The place of a network, with names by language.</summary>
    public MmdbFile AddPlace(string network, (string Language, string Name)[] city, (string Language, string Name)[] country) => Add(network, new()
    {
        ["city"] = new Dictionary<string, object> { ["geoname_id"] = 1u, ["names"] = Names(city) },
        ["country"] = new Dictionary<string, object> { ["iso_code"] = "XX", ["names"] = Names(country) },
    });

    /// <summary>Saves it.</summary>
    public async Task SaveAsync(string path, DateTimeOffset builtAt)
    {
        using var file = new MemoryStream();
        var number = new byte[4];
        foreach (var record in nodes.SelectMany(node => node))
        {
            BinaryPrimitives.WriteInt32BigEndian(number, record.Node ?? (record.Data is { } offset ? nodes.Count + EmptyLength + offset : nodes.Count));
            file.Write(number.AsSpan(1));
        }

        file.Write(new byte[EmptyLength]);
        data.WriteTo(file);
        file.Write([0xab, 0xcd, 0xef, .. "MaxMind.com"u8]);
        Write(file, new Dictionary<string, object>
        {
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = (ulong)builtAt.ToUnixTimeSeconds(),
            ["database_type"] = "Test-City",
            ["description"] = new Dictionary<string, object> { ["en"] = "Places for tests" },
            ["ip_version"] = (ushort)ipVersion,
            ["languages"] = new[] { "de", "en" },
            ["node_count"] = (uint)nodes.Count,
            ["record_size"] = (ushort)24,
        });
        await File.WriteAllBytesAsync(path, file.ToArray());
    }

    private static Dictionary<string, object> Names((string Language, string Name)[] names) => names.ToDictionary(name => name.Language, name => (object)name.Name);

    private static void Write(Stream to, object value)
    {
        switch (value)
        {
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                Begin(to, 2, bytes.Length);
                to.Write(bytes);
                break;
            case ushort number:
                WriteNumber(to, 5, number);
                break;
            case uint number:
                WriteNumber(to, 6, number);
                break;
            case ulong number:
                WriteNumber(to, 9, number);
                break;
            case string[] list:
                Begin(to, 11, list.Length);
                foreach (var item in list)
                {
                    Write(to, item);
                }

                break;
            case Dictionary<string, object> map:
                Begin(to, 7, map.Count);
                foreach (var (key, item) in map)
                {
                    Write(to, key);
                    Write(to, item);
                }

                break;
            default:
                throw new ArgumentException($"{value.GetType()} is not used here.", nameof(value));
        }
    }

    private static void WriteNumber(Stream to, int type, ulong number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        var digits = bytes.TrimStart((byte)0);
        Begin(to, type, digits.Length);
        to.Write(digits);
    }

    // The control byte: three bits of type and five of size; a type above 7 is in a byte of its own, a size above 28 as well.
    private static void Begin(Stream to, int type, int size)
    {
        var shown = Math.Min(size, 29);
        to.WriteByte((byte)(((type > 7 ? 0 : type) << 5) | shown));
        if (type > 7)
        {
            to.WriteByte((byte)(type - 7));
        }

        if (shown == 29)
        {
            to.WriteByte((byte)(size - 29));
        }
    }

    private readonly record struct Record(int? Node, int? Data)
    {
        public static readonly Record Nothing = new(null, null);
    }
}
