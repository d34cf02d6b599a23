using System.Security.Cryptography;
using System.Text;
using WebApp.Platform.Startup;

namespace WebApp.Platform.Data.Encryption;

/// <summary>The one secret kept outside the database: 256 bits from which all encryption keys are derived.</summary>
public sealed class MasterKey
{
    /// <summary>Bytes in the key.</summary>
    public const int Size = 32;

    private readonly byte[] bytes;

    /// <summary>Creates a key from exactly <see cref="Size"/> bytes.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public MasterKey(byte[] bytes) =>
        this.bytes = bytes.Length == Size ? bytes : throw new ArgumentException($"The master key is {Size} bytes.", nameof(bytes));

    /// <summary>A 256-bit key for one purpose (HKDF-SHA256, RFC 5869).</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, bytes, Size, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Reads base64; null if it is not base64 of <see cref="Size"/> bytes.</summary>
    public static MasterKey? TryParse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == Size ? new(bytes[..Size].ToArray()) : null;
    }

    /// <summary>A placeholder, not the key.</summary>
    public override string ToString() => "MasterKey(…)";
}

/// <summary>Reads the configured master key. In Development without one, creates a key once and stores it for this operating-system user.</summary>
internal static class MasterKeySource
{
    private const string Key = "MASTER_KEY";

    /// <exception cref="StartupException">It is missing outside Development, or malformed.</exception>
    public static MasterKey Read(IConfiguration configuration, IHostEnvironment environment) =>
        configuration[Key] is { Length: > 0 } text
            ? MasterKey.TryParse(text) ?? throw new StartupException($"{Key} must be {MasterKey.Size} bytes in base64 (make one with: openssl rand -base64 32).")
            : environment.IsDevelopment()
                ? Kept(Path.Combine(UserDirectory.Path, "master.key"))
                : throw new StartupException($"{Key} is missing: set it to {MasterKey.Size} random bytes in base64 (make one with: openssl rand -base64 32).");

    private static MasterKey Kept(string path)
    {
        if (!File.Exists(path))
        {
            Write(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Size)));
        }

        return MasterKey.TryParse(File.ReadAllText(path)) ?? throw new StartupException($"{path} does not hold a master key; delete it to have a new one made.");
    }

    // Written to a temporary file and moved without overwriting, so that two processes that start together use the same key.
    private static void Write(string path, string text)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(text);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
