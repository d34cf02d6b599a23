using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WebApp.Tests.Support;

/// <summary>A certificate authority of one test. This user trusts it from <see cref="Trust"/> until it is disposed.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 root;
    private X509Store? trusted;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Test authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    /// <summary>Makes this user's programs trust what it issues.</summary>
    public void Trust()
    {
        trusted = new(StoreName.Root, StoreLocation.CurrentUser, OpenFlags.ReadWrite);
        trusted.Add(X509CertificateLoader.LoadCertificate(root.RawData));
    }

    /// <summary>A server's certificate for a name or address.</summary>
    public X509Certificate2 Issue(string host, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(root, DateTimeOffset.UtcNow.AddMonths(-2), until ?? DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var complete = issued.CopyWithPrivateKey(key);

        // With the key in the certificate itself, as servers want it on every system.
        return X509CertificateLoader.LoadPkcs12(complete.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        if (trusted is not null)
        {
            trusted.Remove(root);
            trusted.Dispose();
        }

        root.Dispose();
    }
}
