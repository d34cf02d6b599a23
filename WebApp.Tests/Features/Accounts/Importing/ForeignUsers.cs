using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace WebApp.Tests.Features.Accounts.Importing;

/// <summary>A list of users as other systems export it, all with one password, under cheap hashes.</summary>
internal static class ForeignUsers
{
    public const string Password = "Copper lantern over the 7 hills!";

    /// <summary>Made by perl's crypt over libxcrypt.</summary>
    public const string Bcrypt = "$2b$05$abcdefghijklmnopqrstuubM6VAyQuUoTOHRaPnjIiS2KoM52OKlK";

    public static readonly string Django =
        $"pbkdf2_sha256$1000$seasalt2${Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(Password, "seasalt2"u8, 1000, HashAlgorithmName.SHA256, 32))}";

    public static readonly string IdentityV3 = Identity(PasswordHasherCompatibilityMode.IdentityV3);

    public static readonly string IdentityV2 = Identity(PasswordHasherCompatibilityMode.IdentityV2);

    /// <summary>Every format that is taken over.</summary>
    public static readonly string[] Formats = [Bcrypt, "$2a" + Bcrypt[3..], "$2y" + Bcrypt[3..], Django, IdentityV3, IdentityV2];

    /// <summary>The address on a line of a written file.</summary>
    public static string Email(int line) => $"user{line}@example.org";

    /// <summary>Writes a CSV file with a header and users on lines 2 and on, and gives its path.</summary>
    public static async Task<string> WriteAsync(string directory, int users)
    {
        var path = Path.Combine(directory, "users.csv");
        await using var file = new StreamWriter(path);
        await file.WriteLineAsync("email,password_hash,display_name,email_confirmed");
        for (var line = 2; line < users + 2; line++)
        {
            await file.WriteLineAsync($"{Email(line)},{Formats[line % Formats.Length]},\"User, {line}\",true");
        }

        return path;
    }

    /// <summary>Writes a file, to the byte.</summary>
    public static async Task<string> WriteAsync(string directory, string name, string text, Encoding? encoding = null)
    {
        var path = Path.Combine(directory, name);
        await File.WriteAllTextAsync(path, text, encoding ?? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }

    private static string Identity(PasswordHasherCompatibilityMode mode) =>
        new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { CompatibilityMode = mode, IterationCount = 1000 })).HashPassword("", Password);
}
