namespace WebApp.Features.SecondFactors;

/// <summary>Lets in whoever still has to add a second factor, because here they do it, or prove who they are, or leave. Any endpoint without it is closed to them.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowWithoutSecondFactorAttribute : Attribute;
