namespace WebApp.Features.Sessions.Impersonating;

/// <summary>Marks the one form that an administrator can send while they look at an account: the one that ends it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowWhileImpersonatingAttribute : Attribute;
