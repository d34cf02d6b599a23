using System.Security.Cryptography;
using System.Text;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.Lockout;

/// <summary>What stands for a name in counters, known or not: a keyed hash, so that the tables hold no addresses and nobody can look one up in a dump.</summary>
public sealed class AccountKeys(MasterKey master)
{
    private readonly byte[] key = master.Derive("account keys");

    /// <summary>The key of a name as typed, 64 hexadecimal digits. Spellings of one address share one.</summary>
    public string Of(string? email) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(CanonicalAddress.From(email ?? ""))));

    /// <summary>What stands for an IP prefix where rows are told apart by who asked for them.</summary>
    public Guid ForRequester(IpPrefix prefix) => Guid.ParseExact(Of($"requester {prefix}")[..32], "N");
}
